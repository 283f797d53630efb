#!/usr/bin/env python3
"""Runs hello-bench with a tiny configuration and looks at what it writes, says and returns.

usage: hello_bench_smoke.py HELLO_BENCH
"""

import json
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile

TINY = ["--rounds", "1", "--duration", "300ms"]
KNOWN_EVERYWHERE = ["requests_per_s", "p50_us", "p99_us", "p999_us", "max_us"]
KNOWN_OF_PROCESSES = [
    "server_cpu_us_per_request", "client_cpu_us_per_request", "server_busy_cores", "server_rss_bytes", "server_threads_peak",
    "context_switches_per_request"
]


def run(bench: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Without a page, unless its options ask for one, or for no measurement."""
    page = [] if "--report" in options or options[0] == "compare" else ["--report", "none"]
    return subprocess.run([bench, *page, *options], capture_output=True, text=True, timeout=100)


def check_report(bench: str, file: pathlib.Path) -> None:
    """Every shape of load but the idle crowd, whose thousands of threads are no quick test."""
    shapes = ["--scenario", "closed", "sleep", "pool", "churn", "--connections", "4", "--json", str(file)]
    done = run(bench, *shapes, *TINY)
    assert done.returncode == 0, done
    report = json.loads(file.read_text(encoding="utf-8"))
    for field in ["date", "command", "version", "commit", "compiler", "build_type", "machine", "settings"]:
        assert report[field], field
    assert report["format"] == 2 and "Student" in report["ratio_method"], report
    assert report["command"][1:5] == ["--report", "none", "--scenario", "closed"], report["command"]
    assert report["interrupted"] is False and report["left_out"] == []
    ceiling = any(model["model"] == "raw-epoll" for model in report["results"][0]["models"])
    assert ceiling != ("No ceiling" in done.stdout), "a ceiling that is not there must be named"
    assert [result["scenario"] for result in report["results"]] == ["closed-4x1", "sleep-4", "pool-4", "churn-4"]
    for result in report["results"]:
        assert result["transport"] == "tcp" and "datagrams" not in result["models"][0], result
        assert len(result["models"]) >= 2 and result["models"][0]["model"] == "threads", result
        for model in result["models"]:
            check_model(result["scenario"], model)
        check_open_loop(result, done.stdout)
        assert result["scenario"] in done.stdout and result["verdict"] in done.stdout


def check_open_loop(result: dict, output: str) -> None:
    """Lines over kept connections: all models at one rate, no more than half of what the slowest of them answers."""
    open_loops = [model["open_loop"] for model in result["models"]]
    if result["family"] not in ("closed", "sleep"):
        assert open_loops == [None] * len(open_loops), result
        return
    slowest = min(model["median"]["requests_per_s"] for model in result["models"])
    for one in open_loops:
        assert slowest / 2 - 1 <= one["rate_asked_per_s"] <= slowest / 2, (one, slowest)
        assert 0 < one["rate_reached_per_s"] <= 1.1 * one["rate_asked_per_s"] and one["missed"] >= 0, one
        response, service = one["response_time"], one["service_time"]
        assert response["count"] == service["count"] > 0 and response["max_us"] >= service["max_us"], one
    assert f"response p99 at {one['rate_asked_per_s']:,.0f}/s" in output, output


def check_datagrams(bench: str, file: pathlib.Path) -> None:
    """Whatever this machine loses: each question has one outcome, and the table shows what was lost."""
    done = run(bench, "--scenario", "udp-32/8", "--json", str(file), *TINY)
    assert done.returncode == 0, done
    (result,) = json.loads(file.read_text(encoding="utf-8"))["results"]
    assert (result["scenario"], result["transport"], result["baseline"]) == ("udp-32/8", "udp", "udp-plain"), result
    names = [model["model"] for model in result["models"]]
    assert names[0] == "udp-plain" and {"reactor", "reactor-no-gso"} <= set(names), names
    for model in result["models"]:
        check_model(result["scenario"], model)
        counts = model["datagrams"]
        assert counts == model["rounds"][0]["datagrams"], counts
        assert counts["asked"] == counts["answered"] + counts["lost"] + counts["late"] and counts["wrong"] == 0, counts
        assert counts["answered"] >= model["rounds"][0]["answers"] >= 32, counts
        row = next(line for line in done.stdout.splitlines() if line.startswith(f"  {model['model']} "))
        shown = [counts[name] for name in ["lost", "late", "duplicated", "reordered"]]
        assert row.replace(",", "").split()[-6:-2] == [str(count) for count in shown], (row, counts)


def check_http(bench: str, file: pathlib.Path) -> None:
    """Requests one by one and pipelined, where hello-http is built."""
    if not pathlib.Path(bench).with_name("hello-http").exists():
        return
    done = run(bench, "--scenario", "http", "--connections", "4", "--depth", "1", "16", "--json", str(file), *TINY)
    assert done.returncode == 0, done
    results = json.loads(file.read_text(encoding="utf-8"))["results"]
    assert [result["scenario"] for result in results] == ["http-4x1", "http-4x16"], results
    for result in results:
        names = [model["model"] for model in result["models"]]
        assert names in (["reactor", "raw-http"], ["reactor"]) and result["baseline"] == names[-1], result
        for model in result["models"]:
            check_model(result["scenario"], model)


def check_files(bench: str, folder: pathlib.Path) -> None:
    """Without --report none there is a page in the current folder, and its path is the last thing that is said."""
    curve = ["--connections", "1", "4", "--depth", "1", *TINY]
    done = subprocess.run([str(pathlib.Path(bench).resolve()), *curve, "--markdown", "table.md", "--picture", "curve.svg"], cwd=folder, capture_output=True,
                          text=True, timeout=100)
    assert done.returncode == 0, done
    page = folder / "hello-bench-report.html"
    assert done.stdout.endswith(f"\nReport: {page}\n"), done.stdout
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert "| raw-epoll |" in (folder / "table.md").read_text(encoding="utf-8") or sys.platform != "linux"
    assert (folder / "curve.svg").read_text(encoding="utf-8").startswith("<svg ")
    done = run(bench, "--scenario", "churn", "--connections", "4", "--markdown", "-", *TINY)
    assert done.returncode == 0 and done.stdout.startswith("## hello-bench\n"), done
    assert "bottleneck" not in done.stdout, "the table stays away, so that the output can be pasted"


def check_model(scenario: str, model: dict) -> None:
    where = f"{scenario}, {model['model']}: {model}"
    assert model["errors"] == {}, where
    (only_round,) = model["rounds"]
    assert only_round["outcome"] == "measured" and only_round["answers"] > 0, where
    for name in KNOWN_EVERYWHERE + (KNOWN_OF_PROCESSES if sys.platform in ("linux", "darwin") else []):
        assert only_round[name] > 0 or name == "context_switches_per_request", (name, where)
        assert model["median"][name] == only_round[name], (name, where)
    assert 1 <= only_round["slices"] <= 6, where
    check_series(only_round, where)
    assert only_round["p50_us"] <= only_round["p99_us"] <= only_round["p999_us"] <= only_round["max_us"], where
    assert model["latency_of_all_rounds"]["max_us"] == only_round["max_us"], where


def check_series(of_round: dict, where: str) -> None:
    """The intervals follow one another, and their answers are those of the round."""
    series = of_round["series"]
    ends = [sample["end_s"] for sample in series]
    assert series and ends == sorted(ends) and ends[-1] < 2, (ends, where)
    lengths = [end - begin for begin, end in zip([0, *ends], ends)]
    answers = sum(sample["requests_per_s"] * length for sample, length in zip(series, lengths))
    assert 0 < answers <= of_round["answers"], (answers, where)
    if sys.platform == "linux":
        for sample in series:
            assert sample["server_rss_bytes"] > 0 and sample["server_threads"] >= 1, (sample, where)
        assert of_round["others_busy_cores"] >= 0 and of_round["stolen_cores"] >= 0, where


def check_intervals(bench: str, file: pathlib.Path) -> None:
    """Ratios of two models have an interval, made of the rounds' own."""
    options = ["--scenario", "closed-1x1", "--rounds", "3", "--duration", "100ms", "--json", str(file)]
    done = run(bench, *options)
    assert done.returncode == 0, done
    (result,) = json.loads(file.read_text(encoding="utf-8"))["results"]
    assert result["servers"] == "side by side" and result["rounds_repeated"] <= 1, result
    for model in result["models"]:
        ratio = model["ratio_to_baseline"]["requests_per_s"]
        assert len(ratio["rounds"]) == 3 and ratio["low"] <= ratio["ratio"] <= ratio["high"], model
        assert min(ratio["rounds"]) <= ratio["ratio"] <= max(ratio["rounds"]), model


def check_servers_of_others(bench: str, file: pathlib.Path) -> None:
    """One that says where it listens, one whose port is given, and frameworks that may be missing."""
    server = pathlib.Path(bench).with_name("hello-threaded")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    silent = f"silent={server} --port {port} >/dev/null@{port}"
    options = ["--also", f"again={server} --port 0", "--also", silent, "--peers", "--scenario", "closed-1x1", "--json", str(file)]
    done = run(bench, *options, *TINY)
    assert done.returncode == 0, done
    report = json.loads(file.read_text(encoding="utf-8"))
    models = {model["model"]: model for model in report["results"][0]["models"]}
    for name in ["again", "silent"]:
        check_model("closed-1x1", models[name])
    for peer in ["asio", "libuv", "libevent"]:
        built = pathlib.Path(bench).with_name(f"hello-{peer}").exists()
        left_out = [one for one in report["left_out"] if one["scenario"] == peer]
        assert built == (peer in models) and built != bool(left_out), (peer, report["left_out"])
        assert all("apt-get install" in one["reason"] for one in left_out), left_out

    done = run(bench, "--also", "broken=echo no >&2; exit 3", "--scenario", "closed-1x1", "--json", str(file), *TINY)
    assert done.returncode == 1 and "broken" in done.stderr and "not where it listens" in done.stderr, done
    for model in json.loads(file.read_text(encoding="utf-8"))["results"][0]["models"]:
        expected = "failed" if model["model"] == "broken" else "measured"
        assert model["rounds"][0]["outcome"] == expected, "who fails does not stop the others"


def check_comparison(bench: str, file: pathlib.Path) -> None:
    """What check_intervals has written, against itself and against a slower self."""
    report = json.loads(file.read_text(encoding="utf-8"))
    done = run(bench, "compare", str(file), str(file), "--fail-on-regression", "0%")
    assert done.returncode == 0 and "no difference shown" in done.stdout and "REGRESSION" not in done.stdout, done
    for model in report["results"][0]["models"]:
        if model["model"] == "reactor":
            ratio = model["ratio_to_baseline"]["server_cpu_us_per_request"]
            ratio["rounds"] = [100 * value for value in ratio["rounds"]]
    slower = file.with_name("slower.json")
    slower.write_text(json.dumps(report), encoding="utf-8")
    for options, code in [((), 0), (("--fail-on-regression", "5%"), 1)]:
        done = run(bench, "compare", str(file), str(slower), *options)
        assert done.returncode == code and ("REGRESSION" in done.stdout) == bool(code), done
    bad = file.with_name("bad.json")
    for text, word in [("", "parse error"), ("{}", "not written by"), ('{"tool": "hello-bench", "format": 1}', "format 1")]:
        bad.write_text(text, encoding="utf-8")
        done = run(bench, "compare", str(file), str(bad))
        assert done.returncode == 2 and word in done.stderr and "bad.json" in done.stderr, done
    for options in [(), (str(file),), (str(file), str(file.with_name("none.json"))), (str(file), str(file), "--fail-on-regression", "5")]:
        assert run(bench, "compare", *options).returncode == 2, options


def check_refusals(bench: str, file: pathlib.Path) -> None:
    for options, code, word in [
        (["--scenario", "nothing"], 2, "--list"),
        (["--scenario", "churn", "--depth", "2"], 2, "--depth"),
        (["--duration", "1ms"], 2, "--duration"),
        (["--also", "=x"], 2, "--also"),
        (["--also", "http:mine=true", "--scenario", "closed"], 2, "'mine'"),
        (["--connections", "1000000"], 3, "ulimit -n"),
        (["--json", str(file.parent / "no" / "such" / "folder"), *TINY], 1, "cannot write"),
        (["--report", str(file.parent / "no" / "such" / "folder"), *TINY], 1, "--report none"),
        (["--scenario", "churn", "--connections", "4", "--picture", str(file), *TINY], 2, "--connections 1 64"),
    ]:
        done = run(bench, *options)
        assert done.returncode == code and word in done.stderr, done


def check_interrupt(bench: str) -> None:
    """Whenever Ctrl-C comes, there is a report, and no server is left."""
    endless = ["--scenario", "closed-1x1", "--rounds", "1000", "--duration", "20ms"]
    process = subprocess.Popen([bench, "--report", "none", *endless], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stderr.readline()  # a round is done
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 130, process.returncode
    assert "Interrupted" in output and "closed-1x1" in output, output


def main(bench: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "report.json"
        check_report(bench, file)
        check_intervals(bench, file)
        check_comparison(bench, file)
        check_servers_of_others(bench, file)
        check_datagrams(bench, file)
        check_http(bench, file)
        check_files(bench, pathlib.Path(folder).resolve())
        check_refusals(bench, file)
        check_interrupt(bench)


if __name__ == "__main__":
    main(*sys.argv[1:])
