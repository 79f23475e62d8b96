#include "cli/ranks.hpp"

#include <fmt/format.h>

#include <exception>
#include <new>
#include <string>

#include "core/error.hpp"
#include "core/log.hpp"
#include "experiment/run.hpp"

namespace hetsyn::cli {
namespace {

std::string data_text(const TaskInfo& info) {
  std::string text = info.data_name;
  for (const Split& split : info.splits) text += fmt::format(", {} {}", split.samples, split.name);
  return text;
}

}  // namespace

Failure current_failure() {
  try {
    throw;
  } catch (const Error& error) {
    return {error.what(), error.exit_code()};
  } catch (const std::bad_alloc&) {
    return {"not enough memory for this run"};
  } catch (const std::exception& error) {
    return {error.what()};
  }
}

int run_on_ranks(Communicator& ranks, const std::function<int()>& body) {
  if (ranks.size() == 1) return body();
  if (ranks.rank() > 0) log::mute();
  try {
    const int code = body();
    ranks.any(false);  // a rank that failed in the end finds the others here
    return code;
  } catch (...) {
    const Failure failure = ranks.fail(current_failure());
    log::write(log::Level::error, failure.message);
    return failure.exit_code;
  }
}

void check_same_start(Communicator& ranks, const RunConfig& config, const TaskInfo& info) {
  if (ranks.size() == 1) return;
  const std::string mine = write_config(config), data = data_text(info);
  if (const auto difference = first_difference(broadcast(ranks, mine), mine)) {
    throw UsageError(fmt::format("rank {} was started with {} = {}, rank 0 with {}", ranks.rank(), difference->key,
                                 difference->wanted, difference->recorded));
  }
  if (const std::string theirs = broadcast(ranks, data); theirs != data) {
    throw DataError(fmt::format("rank {} found other data than rank 0: {}, not {}", ranks.rank(), data, theirs));
  }
}

RunConfig config_of_rank(RunConfig config, const Communicator& ranks) {
  const auto largest_share = [&](std::size_t batch) { return (batch + ranks.size() - 1) / ranks.size(); };
  config.train.batch = largest_share(config.train.batch);
  config.train.evaluation_batch = largest_share(config.train.evaluation_batch);
  return config;
}

}  // namespace hetsyn::cli
