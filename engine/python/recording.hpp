#pragma once
#include <hetsyn/recording.hpp>

#include "python/bindings.hpp"

namespace hetsyn::python {

/// A dict of "facts" and "samples", whose names and shapes are those of hetsyn/recordings.py. Arrays are moved.
nb::dict recordings_of(RecordedSamples recorded);

}  // namespace hetsyn::python
