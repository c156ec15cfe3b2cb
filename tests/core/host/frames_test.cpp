#include "core/host/frames.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cmath>
#include <limits>
#include <thread>

#include "tests/support/error_of.hpp"

namespace headlight {
namespace {

using testing_support::code_of;
using testing_support::message_of;

class Pipe {
 public:
  Pipe() { EXPECT_EQ(::pipe(ends_), 0); }
  ~Pipe() {
    close_reading();
    close_writing();
  }
  int reading() const { return ends_[0]; }
  int writing() const { return ends_[1]; }
  void close_reading() { close(ends_[0]); }
  void close_writing() { close(ends_[1]); }

 private:
  static void close(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
  int ends_[2];
};

// What a writer puts into the pipe. REQUIRES less than a pipe holds.
std::string bytes_of(const Json& message, std::string_view blob) {
  Pipe pipe;
  FrameWriter(pipe.writing()).write(message, blob);
  pipe.close_writing();
  std::string bytes(1 << 16, '\0');
  bytes.resize(static_cast<size_t>(::read(pipe.reading(), bytes.data(), bytes.size())));
  return bytes;
}

const Json kMessage =
    Json::object({{"type", "values"}, {"text", "a \"quoted\" line\nand another, \xc3\xa9"}, {"n", 7}, {"x", 0.1}});

TEST(Frames, ComeBackAsTheyWereWritten) {
  const std::string blob("\0\1\2 blob with a zero", 19);
  FrameReader reader;
  reader.add(bytes_of(kMessage, blob));
  const auto frame = reader.next();
  ASSERT_TRUE(frame);
  EXPECT_EQ(frame->message, kMessage);
  EXPECT_EQ(frame->blob, blob);
  EXPECT_FALSE(reader.next());
}

TEST(Frames, ComeBackWhereverTheStreamIsCut) {
  const std::string two = bytes_of(kMessage, "first") + bytes_of(Json::object({{"type", "done"}}), "");
  for (size_t cut = 0; cut <= two.size(); ++cut) {
    FrameReader reader;
    std::vector<Frame> frames;
    for (const std::string_view part : {std::string_view(two).substr(0, cut), std::string_view(two).substr(cut)}) {
      reader.add(part);
      while (auto frame = reader.next()) frames.push_back(std::move(*frame));
    }
    ASSERT_EQ(frames.size(), 2u) << "cut after " << cut << " bytes";
    EXPECT_EQ(frames[0].message, kMessage);
    EXPECT_EQ(frames[0].blob, "first");
    EXPECT_EQ(frames[1].message.at("type").as_string(), "done");
    EXPECT_EQ(frames[1].blob, "");
  }
}

TEST(Frames, ThatEndEarlyAreNotFrames) {
  const std::string whole = bytes_of(kMessage, "blob");
  for (size_t size = 0; size < whole.size(); ++size) {
    FrameReader reader;
    reader.add(std::string_view(whole).substr(0, size));
    EXPECT_FALSE(reader.next()) << size << " of " << whole.size() << " bytes";
  }
}

TEST(Frames, LongerThanAGigabyteAreRefused) {
  for (const size_t place : {size_t{0}, size_t{4}}) {
    std::string bytes = bytes_of(kMessage, "blob");
    bytes[place + 3] = '\x7f';
    FrameReader reader;
    reader.add(bytes);
    EXPECT_EQ(code_of([&] { reader.next(); }), ErrorCode::corrupt) << "length at byte " << place;
    EXPECT_THAT(message_of([&] { reader.next(); }), testing::HasSubstr("its writer is broken"));
  }
}

TEST(Frames, ThatHoldNoJsonAreRefused) {
  std::string bytes = bytes_of(Json("text"), "");
  bytes[8] = '}';
  FrameReader reader;
  reader.add(bytes);
  EXPECT_EQ(code_of([&] { reader.next(); }), ErrorCode::corrupt);
}

TEST(Frames, BiggerThanThePipeAreReadAsTheyArrive) {
  Pipe pipe;
  const std::string blob(3 << 20, 'x');
  std::thread writer([&] {
    for (int i = 0; i < 3; ++i) FrameWriter(pipe.writing()).write(Json::object({{"i", i}}), blob);
    pipe.close_writing();
  });
  FrameReader reader;
  for (int i = 0; i < 3; ++i) {
    const auto frame = read_frame(pipe.reading(), reader);
    ASSERT_TRUE(frame);
    EXPECT_EQ(frame->message.at("i").as_integer(), i);
    EXPECT_EQ(frame->blob, blob);
  }
  EXPECT_FALSE(read_frame(pipe.reading(), reader)) << "the stream has ended";
  writer.join();
}

TEST(Frames, ToAProcessThatIsGoneAreAnError) {
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  Pipe pipe;
  pipe.close_reading();
  EXPECT_EQ(code_of([&] { FrameWriter(pipe.writing()).write(kMessage); }), ErrorCode::io);
  ::signal(SIGPIPE, before);
}

TEST(CellValues, ComeBackBitForBit) {
  const std::vector<CellValue> values = {
      {.part = Part::value, .output = 0, .head = {0, 0}, .prompt = 0, .replicate = 0, .value = 0.1},
      {.part = Part::null_value,
       .output = 6,
       .head = {31, 127},
       .prompt = 99999,
       .replicate = 2,
       .value = -std::numeric_limits<double>::denorm_min()},
      {.part = Part::value, .output = 1, .head = {5, 1}, .prompt = 3, .replicate = 0, .value = 1e300}};
  EXPECT_EQ(cell_values_from(to_blob(values)), values);
  EXPECT_TRUE(cell_values_from(to_blob({})).empty());
}

TEST(CellValues, CutShortAreRefused) {
  const std::string blob = to_blob(std::vector<CellValue>(2));
  for (size_t size = 1; size < blob.size(); ++size) {
    const std::string_view cut = std::string_view(blob).substr(0, size);
    if (size * 2 == blob.size())
      EXPECT_EQ(cell_values_from(cut).size(), 1u);
    else
      EXPECT_EQ(code_of([&] { cell_values_from(cut); }), ErrorCode::corrupt) << size << " bytes";
  }
}

}  // namespace
}  // namespace headlight
