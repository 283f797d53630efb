#include "bench/report/page.hpp"

#include <fmt/format.h>

#include "bench/report/markup.hpp"
#include "bench/report/model_styles.hpp"

namespace halo::bench::report {
namespace {

constexpr std::string_view kChartRules = R"css(
:root{--ink:#1b2027;--soft:#525b68;--paper:#fff;--card:#f6f7f9;--rule:#d9dde3;--link:#0b5cad}
@media screen and (prefers-color-scheme:dark){
:root{--ink:#e9ecf1;--soft:#a7b0bd;--paper:#13161b;--card:#1b2027;--rule:#363d48;--link:#7fbcff}}
svg text{font:11px system-ui,-apple-system,"Segoe UI",sans-serif;fill:var(--soft);
paint-order:stroke;stroke:var(--card);stroke-width:3px;stroke-linejoin:round}
svg text.name,svg text.value{fill:var(--ink)}
svg text.none{font-style:italic}
.plot{fill:none}
.strip{stroke:var(--rule);stroke-width:.7}
.grid{stroke:var(--rule);stroke-width:.7;fill:none}
.axis{stroke:var(--soft);fill:none}
.line{stroke:var(--c);stroke-width:1.7;fill:none;stroke-linejoin:round}
.dashed{stroke-dasharray:5 3}
.range{stroke:var(--c);stroke-width:3.4;stroke-opacity:.45;fill:none}
.missing{stroke:var(--c);stroke-width:1.6;fill:none}
.reference{stroke:var(--soft);stroke-dasharray:2 3;fill:none}
use{fill:var(--c)}
)css";

}  // namespace

const std::string_view kPageStyle = R"css(
*{box-sizing:border-box}
html{color-scheme:light dark;background:var(--paper);color:var(--ink);-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:0 16px 48px;max-width:1216px;overflow-wrap:anywhere;
font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
h1{font-size:1.7rem;line-height:1.2;margin:28px 0 4px}
h2{font-size:1.3rem;margin:44px 0 4px;padding-top:14px;border-top:1px solid var(--rule)}
h3{font-size:.95rem;margin:0 0 6px}
p{margin:6px 0}
a{color:var(--link)}
nav{margin:12px 0;font-size:.9rem}
nav a{margin-right:14px;white-space:nowrap;display:inline-block;padding:3px 0}
.soft,.reading,figcaption,.left-out,.scope{color:var(--soft)}
.reading{max-width:80ch}
.answers{list-style:none;padding:0;margin:12px 0}
.answers li{padding:9px 0;border-bottom:1px solid var(--rule)}
.answers b{display:block;font-size:.85rem}
.answers .scope{font-weight:400}
.panels{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,340px),1fr));gap:16px;
margin-top:14px;align-items:start}
figure{margin:0;padding:12px;background:var(--card);border-radius:8px;min-width:0;break-inside:avoid}
svg.chart{display:block;width:100%;max-width:480px;height:auto;overflow:hidden}
svg.chart:focus-visible,.scroll:focus-visible,button:focus-visible{outline:2px solid var(--link)}
figcaption{font-size:.86rem;margin-top:6px}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:2px 14px;padding:0;margin:6px 0;
font-size:.82rem}
.legend li{display:flex;align-items:center;gap:5px;min-width:0}
.legend svg{width:28px;height:12px;flex:none}
details{font-size:.82rem;margin-top:6px}
summary{cursor:pointer;color:var(--link);padding:3px 0}
.scroll{overflow-x:auto;max-width:100%}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;overflow-wrap:normal}
th,td{text-align:left;vertical-align:top;font-weight:400;padding:3px 12px 3px 0;
border-bottom:1px solid var(--rule)}
thead th{color:var(--soft)}
td{min-width:9ch}
.facts{margin-top:12px}
.facts th{color:var(--soft);white-space:nowrap}
.facts thead{display:none}
pre{background:var(--card);padding:12px;border-radius:8px;white-space:pre-wrap;margin:6px 0}
button{font:inherit;font-size:.86rem;padding:5px 12px;border:1px solid var(--rule);
border-radius:6px;background:var(--card);color:var(--ink);cursor:pointer}
#tip{position:fixed;z-index:2;pointer-events:none;max-width:min(300px,90vw);padding:5px 9px;
border-radius:6px;background:var(--ink);color:var(--paper);font-size:.82rem;line-height:1.35}
.at{stroke:var(--ink);stroke-width:1.4}
@media print{body{max-width:none;font-size:11pt}nav,button,summary,#tip{display:none}
.panels{display:block}.scroll{overflow:visible}
figure{display:grid;grid-template-columns:1fr 1fr;gap:0 14px;align-content:start;
break-inside:avoid;margin:0 0 8px;border:1px solid var(--rule);background:var(--paper)}
figure>*{grid-column:2}figure>h3,figure>details{grid-column:1/3}
figure>.chart{grid-column:1;grid-row:2/4}table{font-size:.68rem}td,th{padding:1px 6px 1px 0}}
)css";

const std::string_view kPageScript = R"js(
"use strict";
(() => {
  const tip = document.getElementById("tip");
  let at = null;
  const hide = () => {
    tip.hidden = true;
    if (at) at.classList.remove("at");
    at = null;
  };
  const show = (mark) => {
    if (mark === at) return;
    hide();
    at = mark;
    at.classList.add("at");
    const group = mark.closest("[data-m]");
    tip.textContent = (group ? group.dataset.m + ", " : "") + mark.dataset.t;
    tip.hidden = false;
    const box = mark.getBoundingClientRect();
    const own = tip.getBoundingClientRect();
    const left = box.left + box.width / 2 - own.width / 2;
    const above = box.top - own.height - 8;
    tip.style.left = Math.max(4, Math.min(left, innerWidth - own.width - 4)) + "px";
    tip.style.top = (above < 4 ? box.bottom + 8 : above) + "px";
  };
  for (const chart of document.querySelectorAll("svg.chart")) {
    const marks = [...chart.querySelectorAll("[data-t]")];
    chart.addEventListener("pointermove", (event) => {
      let nearest = null;
      let least = 24;
      for (const mark of marks) {
        const box = mark.getBoundingClientRect();
        const away = Math.hypot(box.left + box.width / 2 - event.clientX,
                                box.top + box.height / 2 - event.clientY);
        if (away < least) [nearest, least] = [mark, away];
      }
      nearest ? show(nearest) : hide();
    });
    chart.addEventListener("pointerleave", hide);
    chart.addEventListener("blur", hide);
    chart.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") hide();
      if (!step || !marks.length) return;
      event.preventDefault();
      const from = marks.indexOf(at);
      show(marks[(from + step + marks.length + (from < 0 && step < 0 ? 1 : 0)) % marks.length]);
    });
  }
  addEventListener("scroll", hide, { passive: true });
  const button = document.getElementById("copy");
  const command = document.getElementById("command");
  const select = () => getSelection().selectAllChildren(command);
  button.hidden = false;
  button.addEventListener("click", () => {
    const copied = navigator.clipboard ? navigator.clipboard.writeText(command.textContent)
                                       : Promise.reject();
    copied.then(() => { button.textContent = "Copied"; },
                () => { select(); button.textContent = "Selected: press Ctrl+C"; });
  });
  addEventListener("beforeprint", () => {
    for (const one of document.querySelectorAll("details")) one.open = true;
  });
})();
)js";

std::string chart_style() { return std::string(kChartRules) + colour_rules(); }

std::string html_page(std::string_view title, std::string_view body) {
  return fmt::format(
      "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src "
      "'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<title>{}</title>\n<style>{}{}\n</style>\n</head>\n<body>\n"
      "<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\">{}</svg>\n"
      "{}<div id=\"tip\" role=\"status\" hidden></div>\n<script>{}</script>\n</body>\n</html>\n",
      escape(title), chart_style(), kPageStyle, marker_definitions(), body, kPageScript);
}

}  // namespace halo::bench::report
