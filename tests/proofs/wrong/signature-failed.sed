# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/signature.c
# Says: a library without memory has found a signature wrong
# Cost: cheap
/case GNUTLS_E_MEMORY_ERROR:/d
