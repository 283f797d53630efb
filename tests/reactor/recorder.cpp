#include "tests/reactor/recorder.hpp"

#include <gtest/gtest.h>

#include "tests/reactor/stream_beneath.hpp"

namespace halo::test {
namespace {

class RecordingHandler final : public ConnectionHandler {
 public:
  explicit RecordingHandler(Recorder& recorder) : recorder_(recorder) {}
  RecordingHandler(const RecordingHandler&) = delete;
  RecordingHandler& operator=(const RecordingHandler&) = delete;
  ~RecordingHandler() override { recorder_.destroyed = true; }

  void on_open(Connection& connection) override {
    EXPECT_EQ(recorder_.opens, 0) << "opened twice";
    ++recorder_.opens;
    const Inside inside(recorder_);
    if (recorder_.open) {
      recorder_.open(connection);
    }
  }

  std::size_t on_data(Connection& connection, std::span<const std::byte> unread) override {
    EXPECT_FALSE(unread.empty());
    EXPECT_EQ(recorder_.ends, 0) << "data after the end";
    expect_open();
    ++recorder_.data_calls;
    const Inside inside(recorder_);
    const std::size_t consumed =
        recorder_.on_bytes ? recorder_.on_bytes(connection, as_text(unread)) : unread.size();
    recorder_.data += as_text(unread).substr(0, consumed);
    return consumed;
  }

  void on_end(Connection& connection, std::span<const std::byte> unread) override {
    expect_open();
    EXPECT_EQ(recorder_.ends, 0) << "ended twice";
    ++recorder_.ends;
    recorder_.at_end = as_text(unread);
    const Inside inside(recorder_);
    if (recorder_.end) {
      recorder_.end(connection);
    } else {
      ConnectionHandler::on_end(connection, unread);
    }
  }

  void on_drain(Connection& connection) override {
    expect_open();
    ++recorder_.drains;
    const Inside inside(recorder_);
    if (recorder_.drain) {
      recorder_.drain(connection);
    } else {
      ConnectionHandler::on_drain(connection);
    }
  }

  void on_close(Connection& connection, std::error_code why) override {
    if (recorder_.opens > 0 || !recorder_.may_never_open) {
      expect_open();
    }
    EXPECT_EQ(recorder_.closes, 0) << "closed twice";
    ++recorder_.closes;
    recorder_.why = why;
    EXPECT_TRUE(connection.closing());
    const Inside inside(recorder_);
    if (recorder_.close) {
      recorder_.close(connection);
    } else {
      ConnectionHandler::on_close(connection, why);
    }
  }

 private:
  class Inside {
   public:
    explicit Inside(Recorder& recorder) : recorder_(recorder) {
      EXPECT_FALSE(recorder.in_callback) << "one callback inside another";
      recorder.in_callback = true;
    }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;
    ~Inside() { recorder_.in_callback = false; }

   private:
    Recorder& recorder_;
  };

  void expect_open() const {
    EXPECT_EQ(recorder_.opens, 1) << "a callback before on_open";
    EXPECT_EQ(recorder_.closes, 0) << "a callback after on_close";
  }

  Recorder& recorder_;
};

}  // namespace

std::unique_ptr<ConnectionHandler> Recorder::make_handler() {
  return std::make_unique<RecordingHandler>(*this);
}

Connection& ConnectionFixture::adopt(SocketPair& pair, Recorder& recorder) {
  return adopt(pair, recorder, stream_beneath());
}

Connection& ConnectionFixture::adopt(SocketPair& pair, Recorder& recorder,
                                     std::unique_ptr<ByteStream> stream) {
  if (table_ == nullptr) {
    table_ = std::make_unique<ConnectionTable>(*loop_, options_);
  }
  return *table_->adopt(std::move(pair.ours), recorder.make_handler(), std::move(stream)).value();
}

Received ConnectionFixture::read_all_at(int fd) {
  Received all;
  const bool ended = static_cast<bool>(until([&] {
    const Received some = read_available(fd);
    all.bytes += some.bytes;
    all.ended = some.ended;
    all.error = some.error;
    return all.ended || all.error != 0;
  }));
  EXPECT_TRUE(ended) << "the peer waits for the end after " << all.bytes.size() << " bytes";
  return all;
}

}  // namespace halo::test
