/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Questions of a host: Postfix's policy delegation. */

#include "ask_dialect.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	return check_dialect(&dialect_postfix, data, size);
}
