#!/bin/sh
# Makes knotd take the key that is in its files, for 'reload' in dance-roll.conf, and ends well only
# if knotd has it. KNOTC may name another knotc, or its options.
set -eu

${KNOTC:-knotc} reload
test "$(${KNOTC:-knotc} status cert-key)" = "$DANCE_PIN"
