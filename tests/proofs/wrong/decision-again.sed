# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The dance authors
#
# File: src/verify.c
# Says: a yes of an earlier round counts when an answer does not come
# Cost: cheap
/^static bool await_answer/,/^}/ s/\(void\)verify_round\(decision\);.*/(void)decision;/
