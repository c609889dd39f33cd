/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Writing JSON (RFC 8259), member by member. */

#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct json {
	FILE *out;
	bool more; /* something stands before the next value */
};

/* `name` is NULL in an array and for the outermost value. */
void json_open(struct json *json, const char *name, char bracket);
void json_close(struct json *json, char bracket);
void json_text(struct json *json, const char *name, const char *value);
void json_hex(struct json *json, const char *name, const unsigned char *data, size_t size);
void json_number(struct json *json, const char *name, int64_t value);
void json_null(struct json *json, const char *name);
void json_flag(struct json *json, const char *name, bool value);
