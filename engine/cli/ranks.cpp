#include "cli/ranks.hpp"

#include <fmt/format.h>

#include <exception>
#include <hetsyn/exceptions.hpp>
#include <new>
#include <string>

#include "cli/log.hpp"
#include "config/identity.hpp"
#include "core/json_text.hpp"
#include "core/memory_error.hpp"
#include "run/data_json.hpp"

namespace hetsyn::cli {
Failure current_failure() {
  try {
    throw;
  } catch (const Error& error) {
    return {error.what(), error.exit_code()};
  } catch (const std::bad_alloc&) {
    return {memory_text("this")};
  } catch (const std::length_error&) {
    return {memory_text("this")};
  } catch (const std::exception& error) {
    return {error.what()};
  }
}

int run_on_ranks(Communicator& ranks, const std::function<int()>& body) {
  if (ranks.size() == 1) return body();
  if (ranks.rank() > 0) log::mute();
  try {
    const int code = body();
    ranks.any(false);  // blocks until all ranks are done; throws if one of them failed
    return code;
  } catch (...) {
    const Failure failure = ranks.fail(current_failure());
    log::write(log::Level::error, failure.message);
    return failure.exit_code;
  }
}

void check_same_start(Communicator& ranks, const RunConfig& config, const Task& task, const TaskPlugin& plugin) {
  if (ranks.size() == 1) return;
  const std::string theirs = broadcast(ranks, write_config(config));
  const RunConfig of_first = read_config(parse_toml(theirs, "rank 0"), plugin.name, plugin.keys);
  if (const auto changed = differences(of_first, config, kSameTraining); !changed.empty()) {
    throw UsageError(fmt::format("rank {} was started with {} = {}, rank 0 with {}", ranks.rank(), changed[0].key,
                                 changed[0].given, changed[0].recorded));
  }
  const DataIdentity mine = identify_data(task);
  const DataIdentity first = parse_data_identity("rank 0", broadcast(ranks, json_text(to_json(mine))));
  if (!mine.same_as(first)) {
    throw DataError(
        fmt::format("rank {} found other data than rank 0: {}, not {}", ranks.rank(), describe(mine), describe(first)));
  }
}

}  // namespace hetsyn::cli
