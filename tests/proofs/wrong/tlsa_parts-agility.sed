# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/tlsa.c
# Says: SHA2-256 counts beside SHA2-512
# Cost: cheap
s/record->matching == agility->strongest/record->matching <= agility->strongest/
