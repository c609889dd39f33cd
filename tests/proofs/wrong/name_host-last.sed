# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/name.c
# Says: the last octet of a service label is not looked at
# Cost: dear
s/for \(uint8_t i = 2; i <= label\[0\]/for (uint8_t i = 2; i < label[0]/
