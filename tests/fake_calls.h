/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The calls of the kernel and of OpenSSL that a stream makes, none of which is real: the test says
 * what each comes to, and hears in which order they came. Time is the test's as well. Link with
 * the options of stream_wraps in meson.build. */

#pragma once

#include "check.h"
#include "stream.h"

#include <stdint.h>
#include <string.h>

#define FD 7
#define BEGIN 5000
#define SSL_OF_TEST ((SSL *)&stand_in)

extern int stand_in; /* for a struct of OpenSSL's, which only it looks into */
extern int64_t now;
extern char calls[512]; /* since the last look */

/* What calls come to, the first first: the result, and errno. */
extern struct kernel {
	long result[8];
	int error[8];
	unsigned at;
} kernel;

/* The next calls come to this. */
#define COMES_TO(...) \
	do { \
		static const long results[][2] = { __VA_ARGS__ }; \
		memset(&kernel, 0, sizeof(kernel)); \
		for (size_t at = 0; at < ROWS(results); at++) { \
			kernel.result[at] = results[at][0]; \
			kernel.error[at] = (int)results[at][1]; \
		} \
	} while (0)

extern int ssl_error;          /* of the last call */
extern int updates;            /* of keys that a read finds, one each */
extern struct stream *reading; /* whose keys these are */

int begin_calls(void **state);
int end_calls(void **state);

/* These calls were made since the last look, and the next ones come to 0. */
void expect_calls(const char *wanted);
