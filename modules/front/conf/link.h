/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Which identities a front refers to. */

#pragma once

#include "conf.h"
#include "conf_error.h"

/* An identity that a front names. */
struct conf_reference {
	size_t front; /* its place in conf->fronts */
	char *id;
	size_t line;
};

struct conf_references {
	struct conf_reference *all; /* in the order of fronts */
	size_t count;
};

/* Gives every front its identities: those that it refers to, or all if it names none. False
 * with a sentence if one is unknown, if two have the same id or name, or when out of
 * memory. */
bool conf_link(struct conf *conf, const struct conf_references *references,
	const struct conf_error *error);

void conf_references_clear(struct conf_references *references);
