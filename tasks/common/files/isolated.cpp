#include "common/files/isolated.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <hetsyn/error.hpp>
#include <hetsyn/exceptions.hpp>
#include <new>
#include <string>
#include <string_view>
#include <system_error>

#include "base/descriptor.hpp"
#include "base/worker.hpp"

namespace hetsyn::tasks {
namespace {

// The limit on the child's processor time: five seconds, and one more for every 5 MB. An intact file takes about a
// hundredth of that.
constexpr rlim_t kSeconds = 5;
constexpr rlim_t kBytesPerSecond = 5'000'000;
// The limit on the memory that the child takes in addition to its initial memory: this, and several times the size of
// the file. HDF5 trusts the sizes in a damaged file.
constexpr rlim_t kMemory = rlim_t{1} << 30;
constexpr rlim_t kMemoryPerByte = 16;

void limit(int resource, rlim_t most) {
  rlimit limits{};
  getrlimit(resource, &limits);
  limits.rlim_cur = std::min(limits.rlim_max, most);
  setrlimit(resource, &limits);
}

/// The private memory of this process, in bytes.
rlim_t own_memory() {
  std::ifstream file("/proc/self/statm");
  rlim_t pages = 0;
  for (int column = 0; column < 6; ++column) file >> pages;  // the sixth column
  return pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE));
}

void limit_reader(const std::filesystem::path& file) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  // A crash must end the process by its signal: handlers of a sanitizer would call exit.
  for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT}) std::signal(number, SIG_DFL);
  limit(RLIMIT_CORE, 0);
  std::error_code problem;
  std::uintmax_t bytes = std::filesystem::file_size(file, problem);
  if (problem) bytes = 0;
  const rlim_t seconds = kSeconds + bytes / kBytesPerSecond;
  const rlimit processor_time{seconds, seconds + 1};
  setrlimit(RLIMIT_CPU, &processor_time);
  limit(RLIMIT_DATA, own_memory() + kMemory + kMemoryPerByte * bytes);
}

void produce(const Reader& reader, const std::filesystem::path& file, Channel& channel) {
  try {
    reader.produce(channel, file);
  } catch (const Channel::Ended&) {
    throw;
  } catch (const std::bad_alloc&) {
    channel.refuse(file.string() + ": does not fit into memory");
  } catch (const std::exception& e) {
    channel.refuse(e.what());
  }
}

std::string describe_end(const std::filesystem::path& file, int status) {
  const int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  if (signal == SIGKILL) return file.string() + ": the process that read it was killed; is there enough memory?";
  if (signal == SIGINT || signal == SIGTERM || signal == SIGHUP) return file.string() + ": reading it was interrupted";
  if (signal == SIGXCPU) return file.string() + ": is damaged: HDF5 does not come to an end with it";
  if (signal == 0) return file.string() + ": the process that read it ended before its time";
  return file.string() + ": is damaged: HDF5 crashes on it";
}

Worker start_reader(const std::string& reader, const std::filesystem::path& file,
                    const std::filesystem::path& program) {
  try {
    return start_worker(program.empty() ? own_worker("hetsyn_reader") : program, {reader, file.string()});
  } catch (const RunError& e) {
    throw sdk::TaskError(file.string() + ": cannot be read: " + e.what());
  }
}

/// The reason why the file cannot be used; empty if `consume` received all of it.
std::string try_consume(const std::filesystem::path& file, const std::function<void(Channel&)>& consume,
                        Worker& child) {
  Channel channel(child.report.number());
  std::string problem;
  bool ended = false;
  try {
    consume(channel);
  } catch (const Channel::Ended&) {
    ended = true;
  } catch (const sdk::TaskError& e) {
    problem = e.what();
  } catch (const std::exception& e) {
    problem = file.string() + ": cannot be kept in memory: " + e.what();
  }
  child.report.close();  // a child that is still writing ends now
  const int status = wait_for_end(child.process);
  return ended ? describe_end(file, status) : problem;
}

}  // namespace

void Channel::refuse(const std::string& reason) {
  put(kRefused);
  put(reason);
}

void Channel::take_part() {
  const std::uint64_t mark = get_number();
  if (mark == kPart) return;
  if (mark != kRefused) throw Ended();  // the child does not follow the protocol
  throw sdk::TaskError(get_text());
}

void Channel::put(const std::vector<std::string>& texts) {
  put(texts.size());
  for (const std::string& text : texts) put(text);
}

std::string Channel::get_text() {
  const std::vector<char> text = get_vector<char>();
  return {text.begin(), text.end()};
}

std::vector<std::string> Channel::get_texts() {
  std::vector<std::string> texts(get_number());
  for (std::string& text : texts) text = get_text();
  return texts;
}

void Channel::write_all(const void* bytes, std::size_t count) {
  if (hetsyn::write_all(descriptor_, {static_cast<const char*>(bytes), count}) != 0) throw Ended();
}

void Channel::read_all(void* bytes, std::size_t count) {
  char* next = static_cast<char*>(bytes);
  while (count > 0) {
    const ssize_t got = read(descriptor_, next, count);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw Ended();
    next += got;
    count -= static_cast<std::size_t>(got);
  }
}

void serve_readers(std::span<const Reader> readers, int argc, char** argv) {
  const std::span<char*> arguments(argv, static_cast<std::size_t>(argc));
  if (arguments.size() != 3) _exit(2);
  const auto reader =
      std::ranges::find_if(readers, [&](const Reader& each) { return each.name == std::string_view(arguments[1]); });
  if (reader == readers.end()) _exit(2);
  const std::filesystem::path file = arguments[2];
  limit_reader(file);
  try {
    Channel channel(kReportDescriptor);
    produce(*reader, file, channel);
  } catch (...) {  // nobody takes the parts any more
    _exit(1);
  }
  _exit(0);
}

void run_isolated(const std::string& reader, const std::filesystem::path& file,
                  const std::function<void(Channel&)>& consume, const std::filesystem::path& program) {
  Worker child = start_reader(reader, file, program);
  fcntl(child.report.number(), F_SETPIPE_SZ, 1 << 20);  // fewer context switches; the default would do
  const std::string problem = try_consume(file, consume, child);
  if (!problem.empty()) throw sdk::TaskError(problem);
}

}  // namespace hetsyn::tasks
