# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: modules/ask/fingerprint.c
# Says: colons may be missing
# Cost: cheap
s/if \(\*text != ':' \|\| text\[1\] == '.0'\)/if (*text == ':' \&\& text[1] == '\\0')/;s/^\t\t\ttext\+\+;/\t\t\ttext += *text == ':';/
