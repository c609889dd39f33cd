# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature.c
# Says: the signature is checked as what was signed
# Cost: cheap
s/^(\treturn verify\(spki, scheme\.sign, flags, )of->tbs,/\1of->signature,/
