/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Line by line. A body is not expected, and not read. */

#include "metrics_request.h"

#include <string.h>
#include <strings.h>

#define PATH "/metrics"

/* A part of the request; it has no NUL at its end. */
struct span {
	const char *at;
	size_t size;
};

static bool is_text(struct span span, const char *text)
{
	return span.size == strlen(text) && memcmp(span.at, text, span.size) == 0;
}

static bool begins(struct span span, const char *text)
{
	size_t size = strlen(text);
	return span.size >= size && strncasecmp(span.at, text, size) == 0;
}

/* Takes the part before the first of these octets, and the octet, off the front. Without one it is
 * all there is. */
static struct span take(struct span *rest, char octet)
{
	const char *end = memchr(rest->at, octet, rest->size);
	struct span taken = { rest->at,
		end != NULL ? (size_t)(end - rest->at) : rest->size };
	size_t gone = taken.size + (end != NULL);
	rest->at += gone;
	rest->size -= gone;
	return taken;
}

static struct span trim(struct span span)
{
	while (span.size > 0 && (span.at[0] == ' ' || span.at[0] == '\t')) {
		span.at++;
		span.size--;
	}
	while (span.size > 0 &&
		(span.at[span.size - 1] == ' ' || span.at[span.size - 1] == '\t')) {
		span.size--;
	}
	return span;
}

/* A line ends with CR LF; LF alone is taken for it (RFC 9112 2.2). */
static struct span take_line(struct span *rest)
{
	struct span line = take(rest, '\n');
	if (line.size > 0 && line.at[line.size - 1] == '\r') {
		line.size--;
	}
	return line;
}

static bool is_clean(struct span line)
{
	for (size_t i = 0; i < line.size; i++) {
		unsigned char octet = (unsigned char)line.at[i];
		if ((octet < ' ' && octet != '\t') || octet == 0x7f) {
			return false;
		}
	}
	return true;
}

/* RFC 9112 3.2.2: a server takes the absolute form, too. */
static bool is_ours(struct span target)
{
	static const char scheme[] = "http://";
	if (begins(target, scheme)) {
		const char *end = target.at + target.size;
		const char *authority = target.at + sizeof(scheme) - 1;
		const char *path = memchr(authority, '/', (size_t)(end - authority));
		target.at = path != NULL ? path : end;
		target.size = (size_t)(end - target.at);
	}
	return is_text(take(&target, '?'), PATH);
}

static unsigned read_request_line(struct metrics_request *request, struct span line,
	bool *needs_host)
{
	struct span method = take(&line, ' ');
	struct span target = take(&line, ' ');
	bool is_new = is_text(line, "HTTP/1.1");
	*needs_host = is_new;
	if (method.size == 0 || target.size == 0 || !begins(line, "HTTP/")) {
		return 400;
	}
	if (!is_new && !is_text(line, "HTTP/1.0")) {
		return 505;
	}
	if (!is_ours(target)) {
		return 404;
	}
	request->is_head = is_text(method, "HEAD");
	return request->is_head || is_text(method, "GET") ? 200 : 405;
}

/* Without quality values: nobody refuses OpenMetrics and names it. */
static void read_accept(struct span value, bool *text, bool *openmetrics)
{
	while (value.size > 0) {
		struct span range = trim(take(&value, ','));
		*text |= begins(range, "text/plain");
		*openmetrics |= begins(range, "application/openmetrics-text") ||
			begins(range, "*/*") || begins(range, "application/*");
	}
}

static unsigned read_fields(struct metrics_request *request, struct span rest,
	bool needs_host)
{
	bool text = false, openmetrics = false;
	unsigned hosts = 0;
	for (struct span line = take_line(&rest); line.size > 0; line = take_line(&rest)) {
		struct span value = line;
		struct span name = take(&value, ':');
		/* Neither a blank before the colon nor a folded line (RFC 9112 5). */
		if (!is_clean(line) || name.size == line.size || name.size == 0 ||
			trim(name).size != name.size) {
			return 400;
		}
		hosts += name.size == 4 && begins(name, "host");
		if (name.size == 6 && begins(name, "accept")) {
			read_accept(value, &text, &openmetrics);
		}
	}
	request->classic = text && !openmetrics;
	return hosts > 1 || (needs_host && hosts == 0) ? 400 : 200;
}

/* Where the fields end: at an empty line. */
static bool is_whole(struct span rest)
{
	while (memchr(rest.at, '\n', rest.size) != NULL) {
		if (take_line(&rest).size == 0) {
			return true;
		}
	}
	return false;
}

bool metrics_request_read(struct metrics_request *request, const char *octets, size_t size)
{
	*request = (struct metrics_request){ .status = 400 };
	struct span rest = { octets, size };
	if (size == 0 || !is_whole(rest)) {
		request->status = 431;
		return size >= METRICS_REQUEST_MAX;
	}
	struct span line = take_line(&rest);
	bool needs_host = false;
	if (is_clean(line)) {
		request->status = read_request_line(request, line, &needs_host);
	}
	if (request->status == 200) {
		request->status = read_fields(request, rest, needs_host);
	}
	return true;
}
