# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/certificate.c
# Says: something may stand behind the extensions
# Cost: dear
s/return tbs\.size == 0 && der_is_spki/return der_is_spki/
