#!/bin/sh
# ptxas_log.sh COMPILER … -o OBJECT …: compiles, and writes the compiler's output (registers and spills of each kernel, from
# -Xptxas -v) to OBJECT.ptxas. Also prints warnings, and everything if the compiler fails.
previous= object=
for argument; do
  [ "$previous" = -o ] && object=$argument
  previous=$argument
done
"$@" 2>"$object.ptxas" || {
  code=$?
  cat "$object.ptxas" >&2
  exit $code
}
grep -i warning "$object.ptxas" >&2 || :
