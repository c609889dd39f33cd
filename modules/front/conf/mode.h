/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * What a front's mode makes of its other items. */

#pragma once

#include "conf.h"
#include "conf_error.h"

/* Fills in what is not in the file and differs from mode to mode. False with a sentence if a front
 * has an item that its mode, or its way to the server, gives no meaning to. */
bool conf_settle_modes(struct conf *conf, const struct conf_error *error);
