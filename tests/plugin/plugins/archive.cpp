#include "shared_static.hpp"

template <class T>
struct __attribute__((visibility("default"))) ArchiveStatic {
  inline static int uses = 0;
};

__attribute__((visibility("default"))) int uses_of_archive() { return ++ArchiveStatic<int>::uses; }
