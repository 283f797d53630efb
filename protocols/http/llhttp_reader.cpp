#include "protocols/http/internal/llhttp_reader.hpp"

#include <llhttp.h>

#include <new>

#include "protocols/http/llhttp_version.hpp"

#define HALO_TEXT_OF(x) #x
#define HALO_VERSION_TEXT(major, minor, patch) \
  HALO_TEXT_OF(major) "." HALO_TEXT_OF(minor) "." HALO_TEXT_OF(patch)

namespace halo::http {

std::string_view llhttp_version() noexcept {
  return HALO_VERSION_TEXT(LLHTTP_VERSION_MAJOR, LLHTTP_VERSION_MINOR, LLHTTP_VERSION_PATCH);
}

/// They only note what happened, so that no callback of ours, which might throw, runs inside of C.
struct LlhttpReader::Callbacks {
  static llhttp_t* state_of(LlhttpReader& reader) noexcept {
    static_assert(sizeof(llhttp_t) <= kStateBytes);
    static_assert(alignof(llhttp_t) <= alignof(std::max_align_t));
    return std::launder(reinterpret_cast<llhttp_t*>(reader.state_));
  }

  static LlhttpReader& reader_of(llhttp_t* parser) noexcept {
    return *static_cast<LlhttpReader*>(parser->data);
  }

  static int on_headers_complete(llhttp_t* parser) noexcept {
    LlhttpReader& reader = reader_of(parser);
    reader.head_complete_ = true;
    Framing& framing = reader.framing_;
    if ((parser->flags & F_CHUNKED) != 0) {
      framing.body = BodyKind::kChunked;
    } else if ((parser->flags & F_CONTENT_LENGTH) != 0) {
      framing.body = BodyKind::kLength;
      framing.length = parser->content_length;
    } else if (llhttp_message_needs_eof(parser) != 0) {
      framing.body = BodyKind::kUntilClose;
    }
    return reader.skip_body_ ? 1 : 0;  // 1: there is no body, whatever the fields say
  }

  static int on_body(llhttp_t* parser, const char* /*at*/, std::size_t bytes) noexcept {
    reader_of(parser).body_bytes_ += bytes;
    return 0;
  }

  static int on_message_complete(llhttp_t* parser) noexcept {
    reader_of(parser).message_complete_ = true;
    return 0;
  }

  static llhttp_settings_t make_settings() noexcept {
    llhttp_settings_t settings;
    llhttp_settings_init(&settings);
    settings.on_headers_complete = on_headers_complete;
    settings.on_body = on_body;
    settings.on_message_complete = on_message_complete;
    return settings;
  }

  static const llhttp_settings_t* settings() noexcept {
    static const llhttp_settings_t made = make_settings();
    return &made;
  }
};

bool LlhttpReader::read(std::string_view piece) {
  body_bytes_ = 0;
  const llhttp_errno_t error =
      llhttp_execute(Callbacks::state_of(*this), piece.data(), piece.size());
  // A request to change the protocol is read like any other: nobody here changes it.
  return error == HPE_OK || (error == HPE_PAUSED_UPGRADE && message_complete_);
}

bool LlhttpReader::read_head(std::string_view head, const Framing& framing) {
  llhttp_t* const state = ::new (static_cast<void*>(state_)) llhttp_t;
  llhttp_init(state, kind_ == Kind::kRequest ? HTTP_REQUEST : HTTP_RESPONSE, Callbacks::settings());
  state->data = this;
  skip_body_ = kind_ == Kind::kResponse && framing.body == BodyKind::kNone;
  head_complete_ = false;
  message_complete_ = false;
  framing_ = Framing{};
  if (!read(head) || !head_complete_ || body_bytes_ > 0) {
    return false;
  }
  if (framing.body == BodyKind::kNone) {
    return message_complete_;
  }
  const bool empty = framing.body == BodyKind::kLength && framing.length == 0;
  return framing_.body == framing.body && framing_.length == framing.length &&
         message_complete_ == empty;
}

bool LlhttpReader::read_chunked(std::string_view bytes, std::size_t body_bytes, bool last) {
  return read(bytes) && body_bytes_ == body_bytes && message_complete_ == last;
}

bool LlhttpReader::read_end() {
  return llhttp_finish(Callbacks::state_of(*this)) == HPE_OK && message_complete_;
}

}  // namespace halo::http
