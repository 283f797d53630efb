#pragma once

/// What `hello-load --help` teaches before and behind the options.
namespace halo::bench::load {

inline constexpr const char* kPurpose =
    "Asks a server many questions over TCP (any protocol of lines), UDP or HTTP/1.1, and tells "
    "how\n"
    "fast, how evenly and how rightly it answers.\n"
    "\n"
    "  --rate 5000   OPEN LOOP: asks 5000 times a second, whatever the server does, as "
    "independent\n"
    "                users do. Shows RESPONSE TIME, from the moment at which a question was due, "
    "and\n"
    "                beside it service time, from the moment at which it was sent.\n"
    "  --rate max    CLOSED LOOP (the default): each connection asks when it was answered. Shows\n"
    "                what the server can do, and only SERVICE TIME: while the server stands still\n"
    "                nobody asks, so the worst is measured once where thousands of users would "
    "have\n"
    "                felt it.\n";

inline constexpr const char* kExamples =
    "Examples:\n"
    "  hello-load http localhost:8080/hello/Bond --connections 64\n"
    "                                   as fast as it can be answered: the capacity\n"
    "  hello-load http localhost:8080/hello/Bond --connections 64 --rate 5000 --duration 30s\n"
    "                                   the response time that 5000 requests a second would see\n"
    "  hello-load tcp localhost:9999 --welcome '\\n' --send '{n}\\n' --match number\n"
    "                                   lines to hello-tcp; each answer must name its question\n"
    "  hello-load tcp localhost:6379 --send 'PING\\r\\n' --until '\\r\\n' --expect '^.PONG' "
    "--depth 16\n"
    "                                   another server's lines, 16 at once on each connection\n"
    "  hello-load udp localhost:9999 --rate 20k\n"
    "                                   datagrams; each answer must have its question's number\n"
    "  hello-load http localhost:8080 --rate 2000 --threshold 'p99<5ms' 'errors<0.1%'\n"
    "                                   for CI: exits 1 when a bound is not kept\n"
    "  hello-load http localhost:8080 --search 'p99<5ms'\n"
    "                                   the highest rate that keeps the bound\n"
    "  hello-load tcp 127.0.0.1:9999 --welcome '\\n' --connections 60000 --rate 1000 \\\n"
    "      --source-addresses 127.0.0.2-127.0.0.5\n"
    "                                   more connections than one address has ports (28,000)\n"
    "  hello-load http localhost:8080 --rate 2000 --hlog a.hlog\n"
    "  hello-load merge a.hlog b.hlog -o both.hlog\n"
    "                                   histograms of each second, and those of two machines in "
    "one\n"
    "\n"
    "How to read the report: p99 4 ms means that one question in a hundred took longer than 4 ms.\n"
    "Where response time is far above service time, questions waited for a free connection: the\n"
    "server was slower than the schedule, if only for a moment. 'missed' were due and could not "
    "be\n"
    "sent before the end. 'wake-up' says how late this program itself was: figures of that size "
    "are\n"
    "its own. Run it on other cores than the server, or on another machine.\n"
    "\n"
    "Exit codes: 0 done; 1 a --threshold was missed, or --search found no rate; 2 wrong usage;\n"
    "3 load not reached: fewer connections, or more than 1 % of the questions missed; 4 target\n"
    "failed: not reached, or answers were wrong or missing (where a threshold on errors is given,\n"
    "that one judges); 5 this machine cannot do it: descriptors, ports, a file; 130 or 143\n"
    "interrupted by a signal, after what there was has been reported.";

}  // namespace halo::bench::load
