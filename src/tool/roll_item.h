/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * An item of dance-roll.conf: its name, the kind of its value, and how such a value is read. Knows
 * no section, and no rule about two items. */

#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "dance.h"
#include "roll_text.h"

enum roll_kind {
	ROLL_STRING,
	ROLL_PATH,      /* absolute */
	ROLL_COMMAND,   /* words */
	ROLL_SECONDS,   /* unsigned; with s, m, h, d or w behind the number */
	ROLL_CHOICE,    /* unsigned: which one of `words` */
	ROLL_ADDRESS,   /* ADDR or ADDR@PORT */
	ROLL_NAMES,     /* owner names, ROLL_NAME_MAX at most */
	ROLL_ADDRESSES, /* of resolvers, DANCE_FORWARDER_MAX at most */
};

struct roll_item {
	const char *name;
	enum roll_kind kind;
	size_t at;                /* in the struct of its section */
	const char *const *words; /* three, NULL ends */
	bool needed;
};

/* Puts the values of a line where they belong in the struct of the item's section. Strings are
 * allocated; the owner of the struct frees them, whatever comes back. False with a sentence. */
bool roll_item_set(const struct roll_item *item, const struct roll_line *line,
	void *section, char why[DANCE_ERROR_SIZE]);
