# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/der.c
# Says: an INTEGER may have more octets than it takes
# Cost: cheap
s/^(\t\t\(content\.size > 1) &&$/\1 ||/
