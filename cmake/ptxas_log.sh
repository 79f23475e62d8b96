#!/bin/sh
# ptxas_log.sh COMPILER … -o OBJECT …: compiles, and keeps what the compiler says (registers and spills of each kernel, by
# -Xptxas -v) in OBJECT.ptxas; it is printed where the compiler fails.
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
