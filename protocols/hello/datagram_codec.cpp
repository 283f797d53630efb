#include "protocols/hello/datagram_codec.hpp"

namespace halo::hello {

std::string_view name_of(DatagramVerdict verdict) noexcept {
  switch (verdict) {
    case DatagramVerdict::kCut:
      return "cut";
    case DatagramVerdict::kPortZero:
      return "port_zero";
    case DatagramVerdict::kAnswerTooLong:
      return "answer_too_long";
    case DatagramVerdict::kAnswerForm:
      return "answer_form";
    case DatagramVerdict::kOwnAddress:
      return "own_address";
    case DatagramVerdict::kAnswer:
      break;
  }
  return "answer";
}

DatagramVerdict judge(std::string_view message, const DatagramOrigin& origin,
                      LoopGuard guard) noexcept {
  if (origin.cut) {
    return DatagramVerdict::kCut;
  }
  if (origin.port == 0) {
    return DatagramVerdict::kPortZero;
  }
  if (message.size() > kAnswerDatagramBytesMax - kAnswerPrefix.size() - kDatagramSuffix.size()) {
    return DatagramVerdict::kAnswerTooLong;
  }
  if (guard == LoopGuard::kOn) {
    if (has_form_of_answer(message)) {
      return DatagramVerdict::kAnswerForm;
    }
    if (origin.is_server) {
      return DatagramVerdict::kOwnAddress;
    }
  }
  return DatagramVerdict::kAnswer;
}

}  // namespace halo::hello
