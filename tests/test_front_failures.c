/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Out of memory while dance-front.conf is read, in one place after the other: no values,
 * a sentence that says so, and nothing lost. */

#include "check.h"
#include "conf/conf.h"
#include "fail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char text[] =
	"server:\n    user: a:b\n"
	"dns:\n    trust-anchor: a\n    root-hints: b\n    resolver: [ ::1, ::2 ]\n"
	"identity:\n"
	"  - id: a\n    name: a.example\n    address: ::1\n"
	"  - id: b\n    name: b.example\n    address: ::2\n"
	"  - id: c\n    name: c.example\n    address: ::3\n"
	"front:\n"
	"  - id: some\n    listen: [ ::1@1, ::1@2, ::1@3 ]\n    key-file: k\n"
	"    cert-file: c\n    server: ::1@53\n    identity: [ a, c ]\n    usage: pkix-ta\n"
	"    ca-file: f\n"
	"  - id: all\n    listen: ::1@4\n    key-file: k\n    server: ::1@53\n"
	"  - id: mqtt\n    mode: stream\n    listen: ::1@8883\n    alpn: [ a, b, c ]\n"
	"    key-file: k\n    server: /run/b\n"
	"client:\n"
	"  - id: p\n    listen: ::1@5\n    primary: [ ::2, ::3 ]\n    name: p.example\n"
	"    client-name: a.example\n    cert-file: c\n    key-file: k\n    ca-file: f\n";

static char path[] = "/tmp/test_front_failures.XXXXXX";

static int make(void **state)
{
	(void)state;
	int fd = mkstemp(path);
	if (fd < 0 || write(fd, text, sizeof(text) - 1) != sizeof(text) - 1) {
		return -1;
	}
	return close(fd);
}

static int clear(void **state)
{
	(void)state;
	fail_at(0, FAIL_HERE, false);
	return unlink(path);
}

/* False when the call chosen was beyond the last one. */
static bool read_failing(unsigned n, bool from_then_on)
{
	char error[CONF_ERROR_SIZE], wanted[CONF_ERROR_SIZE];
	long before = fail_blocks();
	fail_at(n, FAIL_HERE, from_then_on);
	struct conf *conf = conf_read(path, error);
	bool failed = fail_calls() >= n;
	fail_at(0, FAIL_HERE, false);
	snprintf(wanted, sizeof(wanted), "%s: out of memory", path);
	if (failed != (conf == NULL) || strcmp(error, failed ? wanted : "") != 0) {
		fail_msg("call %u, %s: '%s'", n, fail_name(), error);
	}
	conf_free(conf);
	if (fail_blocks() != before) {
		fail_msg("call %u, %s: %ld blocks lost", n, fail_name(),
			fail_blocks() - before);
	}
	return failed;
}

static unsigned read_all(bool from_then_on)
{
	unsigned n = 1;
	while (read_failing(n, from_then_on)) {
		n++;
	}
	return n;
}

static void one_failure_is_said(void **state)
{
	(void)state;
	assert_true(read_all(false) > 40);
}

static void lasting_failures_are_said(void **state)
{
	(void)state;
	assert_true(read_all(true) > 40);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_failure_is_said),
		cmocka_unit_test(lasting_failures_are_said),
	};
	return cmocka_run_group_tests(tests, make, clear);
}
