# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/tlsa.c
# Says: digests of another selector displace
# Cost: dear
s/agility->strongest\[record->usage\]\[record->selector\]/agility->strongest[record->usage][0]/
