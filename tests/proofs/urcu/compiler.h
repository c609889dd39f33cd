/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * In a proof there is one thread: what liburcu's header of this name declares is not needed. */

#pragma once

#include <stdbool.h>
