#include "tools/httpget/options.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "build_info.hpp"
#include "protocols/http/content_decoder.hpp"
#include "protocols/http/llhttp_version.hpp"
#include "protocols/http/syntax.hpp"
#include "servers/command_line.hpp"
#include "servers/process.hpp"
#include "tools/httpget/arguments.hpp"
#include "tools/httpget/exit_code.hpp"
#include "tools/httpget/file_io.hpp"
#include "tools/httpget/help_text.hpp"
#include "tools/httpget/secure.hpp"

namespace halo::httpget {
namespace {

using command_line::UsageError;

constexpr std::size_t kRedirectsMax = 100;
constexpr std::size_t kRetriesMax = 1000;
constexpr std::size_t kParallelMax = 256;
/// What -d sends is kept in memory.
constexpr std::size_t kDataBytesMax = std::size_t{256} * 1024 * 1024;

/// What is not yet in its final form.
struct Raw {
  std::vector<std::string> data;
  bool remote_name = false;
  bool head_only = false;
  bool ipv4 = false;
  bool ipv6 = false;
};

CLI::Option* add_texts(CLI::App& app, const std::string& name, std::vector<std::string>& values,
                       const std::string& form, const std::string& text) {
  return app.add_option(name, values, text)->type_name(form)->allow_extra_args(false);
}

/// An option that may be given several times, each time with one value that `parse` must take.
template <class T>
CLI::Option* add_parsed_texts(CLI::App& app, const std::string& name, std::vector<T>& values,
                              std::optional<T> (*parse)(std::string_view), const std::string& form,
                              const std::string& text) {
  const auto read = [&values, parse, name, form](const std::vector<std::string>& given) {
    for (const std::string& value : given) {
      const std::optional<T> parsed = parse(value);
      if (!parsed) {
        throw CLI::ValidationError(name,
                                   "'" + process::escape_control_bytes(value) + "' is not " + form);
      }
      values.push_back(*parsed);
    }
  };
  return app.add_option_function<std::vector<std::string>>(name, read, text)
      ->type_name(form)
      ->allow_extra_args(false);
}

CLI::Option* add_seconds(CLI::App& app, const std::string& name, Duration& value,
                         const std::string& text) {
  return command_line::add_parsed<Duration>(
      app, name, value, parse_seconds, "TIME",
      value == Duration::zero() ? "none" : command_line::format_duration(value), text,
      "a time such as 30, 0.5, 500ms or 2m");
}

void add_output_options(CLI::App& app, Options& options, Raw& raw) {
  const std::string group = "Output";
  add_texts(app, "-o,--output", options.outputs, "FILE",
            "Save the body here; - is standard output. The n-th -o is for the n-th URL")
      ->group(group);
  app.add_flag("-O,--remote-name", raw.remote_name,
               "Save the body under the URL's last name (index.html for /) and print no head")
      ->group(group);
  app.add_flag("-i,--include", options.include_head,
               "Put the head in front of the body; without -o or -O on standard output")
      ->group(group);
  app.add_flag("-I,--head", raw.head_only, "Ask for the head only (HEAD) and print it")
      ->group(group);
  app.add_flag("-C,--continue,--continue-at", options.resume,
               "Keep what has arrived as FILE.part and go on with it; implies -f")
      ->group(group);
  app.add_flag("-s,--silent", options.silent, "No head, no progress, no complaints")->group(group);
  app.add_flag("-S,--show-error", options.show_error, "With -s: complain all the same")
      ->group(group);
  app.add_flag("-v,--verbose", options.verbose,
               "Show on standard error what is sent (>), received (<) and done (*)")
      ->group(group);
  app.add_flag("--json", options.json,
               "Print a line of JSON for each URL: status, headers, sizes, times, error")
      ->group(group);
}

void add_request_options(CLI::App& app, Options& options, Raw& raw) {
  const std::string group = "Request";
  app.add_option("-X,--request", options.method, "Method; by default GET, with -d POST")
      ->type_name("METHOD")
      ->group(group);
  add_texts(app, "-d,--data", raw.data, "DATA",
            "Send this, by POST and as a form; @FILE: a file's text, @-: standard input's")
      ->group(group);
  add_parsed_texts<HeaderOption>(app, "-H,--header", options.headers, parse_header, "'NAME: VALUE'",
                                 "Send this field; 'NAME;' without value, 'NAME:' not at all")
      ->group(group);
  app.add_option("-u,--user", options.user,
                 "Log in by Basic authentication, at the URL's own host only")
      ->type_name("USER:PASSWORD")
      ->group(group);
  app.add_option("-A,--user-agent", options.user_agent, "Sent as User-Agent; empty: none is sent")
      ->type_name("NAME")
      ->capture_default_str()
      ->group(group);
  app.add_flag("--compressed", options.compressed,
               "Ask for a compressed body and save it decompressed")
      ->group(group);
  app.add_flag("-f,--fail", options.fail, "A status of 400 or higher is a failure: save nothing")
      ->group(group);
  app.add_flag_callback(
         "-L,--location", [&options] { options.follow = true; },
         "Follow redirects: the default here, though not curl's")
      ->trigger_on_parse()
      ->group(group);
  app.add_flag_callback(
         "--no-location", [&options] { options.follow = false; },
         "Follow none: what answers the URL itself is saved")
      ->trigger_on_parse()  // the last one of both holds
      ->group(group);
  command_line::add_number<std::size_t>(app, "--max-redirs", options.redirects_max, 0,
                                        kRedirectsMax, "Redirects to follow")
      ->group(group);
}

void add_connection_options(CLI::App& app, Options& options, Raw& raw) {
  const std::string group = "Connection";
  add_seconds(app, "--max-time,-m", options.max_time,
              "For each URL, with its redirects and retries")
      ->group(group);
  add_seconds(app, "--connect-timeout", options.connect_timeout,
              "To find the host and connect to it; 0: no limit")
      ->group(group);
  command_line::add_number<std::size_t>(app, "--retry", options.retries, 0, kRetriesMax,
                                        "How often to try again what may go well later")
      ->group(group);
  command_line::add_number<std::size_t>(app, "--parallel", options.parallel, 1, kParallelMax,
                                        "URLs at a time")
      ->group(group);
  app.add_option("--cacert", options.ca_file, "Trust the authorities in this PEM file only")
      ->type_name("FILE")
      ->group(group);
  app.add_flag("-k,--insecure", options.insecure, "Do not verify who the server is")->group(group);
  add_parsed_texts<ResolveOption>(app, "--resolve", options.resolve, parse_resolve,
                                  "HOST:PORT:ADDRESS",
                                  "Connect there for HOST and PORT, without a lookup")
      ->group(group);
  app.add_flag("-4,--ipv4", raw.ipv4, "IPv4 only")->group(group);
  app.add_flag("-6,--ipv6", raw.ipv6, "IPv6 only")->group(group);
  app.add_option("-x,--proxy", options.proxy, "Ask through [http://]HOST:PORT; empty: through none")
      ->type_name("PROXY")
      ->group(group);
}

/// What -d names or is, joined as a form's fields are. Nothing when a file cannot be read, which
/// one line has said.
std::optional<std::string> read_data(const std::vector<std::string>& parts) {
  std::string body;
  for (const std::string& part : parts) {
    if (&part != &parts.front()) {
      body += '&';
    }
    if (!part.starts_with('@')) {
      body += part;
      continue;
    }
    const std::string path = part.substr(1);
    Result<std::string> text = read_file(path, kDataBytesMax);
    if (!text) {
      command_line::report(
          "httpget", fmt::format("-d: cannot read '{}'", process::escape_control_bytes(path)),
          text.error().message(), "name a file that can be read, or leave out the @");
      return std::nullopt;
    }
    std::erase_if(*text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
    body += *text;
  }
  return body;
}

void settle_method(const CLI::App& app, Options& options, const Raw& raw) {
  const bool method_given = app.count("--request") > 0;
  if (raw.head_only && (!raw.data.empty() || method_given)) {
    throw UsageError("-I asks for a head, -d and -X for something else", "leave one of them out");
  }
  if (!method_given) {
    options.method = raw.head_only ? "HEAD" : raw.data.empty() ? "GET" : "POST";
  }
  if (!http::is_token(options.method) || options.method == "CONNECT") {
    throw UsageError("-X: '" + process::escape_control_bytes(options.method) + "' cannot be sent",
                     "give a method such as PUT");
  }
}

void settle_output(Options& options, const Raw& raw) {
  if (options.resume) {
    std::erase(options.urls, "-");  // `-C -`, as curl has it
  }
  if (options.urls.empty()) {
    throw UsageError("no URL", "httpget http://HOST/PATH, or --help for all that it can do");
  }
  if (options.outputs.size() > options.urls.size()) {
    throw UsageError(fmt::format("{} times -o, and {} URL{}", options.outputs.size(),
                                 options.urls.size(), options.urls.size() == 1 ? "" : "s"),
                     "give each URL one -o at the most");
  }
  const bool head_only = options.method == "HEAD";
  options.naming = head_only              ? Naming::kNowhere
                   : raw.remote_name      ? Naming::kSilent
                   : options.include_head ? Naming::kStdout
                                          : Naming::kByUrl;
  const bool to_stdout =
      std::count(options.outputs.begin(), options.outputs.end(), "-") > 0 ||
      (options.naming == Naming::kStdout && options.outputs.size() < options.urls.size());
  if (options.json && to_stdout) {
    throw UsageError("--json and a body would be mixed on standard output", "-o FILE");
  }
  if (options.resume &&
      (options.method != "GET" || options.include_head || options.compressed || to_stdout)) {
    throw UsageError("-C goes on with the body of a GET in a file, as it is sent",
                     "leave out -i, -I, -X, -d, --compressed and -o -");
  }
}

void settle(const CLI::App& app, Options& options, const Raw& raw) {
  settle_method(app, options, raw);
  settle_output(options, raw);
  options.fail = options.fail || options.resume;
  if (raw.ipv4 && raw.ipv6) {
    throw UsageError("-4 and -6 leave no address", "leave one of them out");
  }
  options.family = raw.ipv4 ? Family::kIpv4 : raw.ipv6 ? Family::kIpv6 : Family::kAny;
  if (!options.user.empty() && options.user.find(':') == std::string::npos) {
    throw UsageError("-u: no password", "give USER:PASSWORD, with an empty one USER:");
  }
}

/// "llhttp/8.1.0, OpenSSL 3.0.19 27 Jan 2026, gzip, deflate"
std::string built_with() {
  const std::string codings = http::accept_encoding(http::available_codings());
  return fmt::format("llhttp/{}, {}, {}", http::llhttp_version(), tls_version(),
                     codings.empty() ? "no decompression" : codings);
}

}  // namespace

std::variant<Options, int> parse_options(int argc, const char* const* argv) {
  Options options;
  options.user_agent = fmt::format("httpget/{}", build_info::version);
  Raw raw;
  CLI::App app(kPurpose, "httpget");
  app.formatter(std::make_shared<HelpFormatter>());
  app.add_option("URL", options.urls,
                 "What to fetch: http:// or https://; without either, http:// is meant")
      ->type_name("");
  add_output_options(app, options, raw);
  add_request_options(app, options, raw);
  add_connection_options(app, options, raw);
  app.footer(kExamples + exit_code_help());
  app.callback([&app, &options, &raw] { settle(app, options, raw); });
  const Arguments arguments = keep_brackets(app, argc, argv);
  if (const std::optional<int> code =
          command_line::parse(app, argc, arguments.pointers.data(), built_with())) {
    return *code;
  }
  if (!raw.data.empty()) {
    options.body = read_data(raw.data);
    if (!options.body) {
      return static_cast<int>(ExitCode::kRead);
    }
  }
  return options;
}

}  // namespace halo::httpget
