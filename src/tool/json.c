/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Writing JSON. What is not printable ASCII is escaped, octet by octet: our own
 * texts have no other characters, so such octets come from elsewhere and must do no harm. */

#include "json.h"

#include <inttypes.h>

static void write_text(FILE *out, const char *text)
{
	fputc('"', out);
	for (; *text != '\0'; text++) {
		unsigned char octet = (unsigned char)*text;
		if (octet == '"' || octet == '\\') {
			fprintf(out, "\\%c", octet);
		} else if (octet < ' ' || octet > '~') {
			fprintf(out, "\\u%04x", octet);
		} else {
			fputc(octet, out);
		}
	}
	fputc('"', out);
}

static void begin(struct json *json, const char *name)
{
	if (json->more) {
		fputs(", ", json->out);
	}
	json->more = true;
	if (name != NULL) {
		write_text(json->out, name);
		fputs(": ", json->out);
	}
}

void json_open(struct json *json, const char *name, char bracket)
{
	begin(json, name);
	fputc(bracket, json->out);
	json->more = false;
}

void json_close(struct json *json, char bracket)
{
	fputc(bracket, json->out);
	json->more = true;
}

void json_text(struct json *json, const char *name, const char *value)
{
	begin(json, name);
	write_text(json->out, value);
}

void json_hex(struct json *json, const char *name, const unsigned char *data, size_t size)
{
	begin(json, name);
	fputc('"', json->out);
	for (size_t i = 0; i < size; i++) {
		fprintf(json->out, "%02x", data[i]);
	}
	fputc('"', json->out);
}

void json_number(struct json *json, const char *name, int64_t value)
{
	begin(json, name);
	fprintf(json->out, "%" PRId64, value);
}

void json_null(struct json *json, const char *name)
{
	begin(json, name);
	fputs("null", json->out);
}

void json_flag(struct json *json, const char *name, bool value)
{
	begin(json, name);
	fputs(value ? "true" : "false", json->out);
}
