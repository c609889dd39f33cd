/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A TLSA owner name: checked presentation form in, lower-case wire form out. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "wire_name.h"

struct name {
	uint8_t size; /* octets of wire, the root label included; 0: no name */
	uint8_t wire[WIRE_NAME_SIZE];
};

/* Takes `size` octets of presentation form: letters, digits, hyphens, underscores and
 * dots, no trailing dot, at most 253 octets (draft 7: names are kept to this alphabet, so
 * that no escape is ever needed). False, with a reason of the kind "label too long" in
 * *why, for anything else; an empty name and the root are refused too. */
bool name_from_text(struct name *name, const char *text, size_t size, const char **why);

/* Takes a well-formed name in wire form. False, with a reason, if it is none of the above. */
bool name_from_wire(struct name *name, const uint8_t *wire, const char **why);

/* As presentation form without trailing dot; `text` holds DANCE_NAME_SIZE octets. */
void name_to_text(const struct name *name, char *text);

bool name_is_equal(const struct name *a, const struct name *b);

/* Is `name` strictly below `suffix`? */
bool name_is_below(const struct name *name, const struct name *suffix);

/* Is `name` one label below `parent`? */
bool name_is_child(const struct name *name, const struct name *parent);

/* The host whose service the name is an owner name of: "_853._tcp.ns1.example" is of
 * "ns1.example" (RFC 6698 3), any other name of itself. */
void name_to_host(const struct name *owner, struct name *host);
