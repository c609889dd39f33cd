/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A probe in lines, with and without colours, and in JSON. */

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../check.h"
#include "probe_report.h"
#include "probe_verdict.h"

static struct probe probe;

static int begin(void **state)
{
	const char *why;
	(void)state;
	memset(&probe, 0, sizeof(probe));
	assert_true(transfer_init(&probe.zone, "example.com", &why));
	probe.request.port = 853;
	strcpy(probe.request.host, "192.0.2.1");
	probe.tls.alert = -1;
	return 0;
}

static char *steps(bool colours)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	for (unsigned step = 0; step < PROBE_STEP_COUNT; step++) {
		probe_print_step(out, &probe, step, colours);
	}
	probe_conclude(&probe);
	probe_print_verdict(out, &probe, colours);
	fclose(out);
	return text;
}

static void lines(void **state)
{
	(void)state;
	probe_say(&probe, PROBE_TCP, PROBE_OK, "there");
	probe_say(&probe, PROBE_TLS, PROBE_UNKNOWN, "what is %s",
		"sil\x1b"
		"ent");
	probe_say(&probe, PROBE_AXFR, PROBE_NO, "no");
	char *text = steps(false);
	const char *expected = "ok    tcp      there\n"
			       "?     tls      what is sil?ent\n"
			       "no    AXFR     no\n"
			       "not found out: try again";
	if (strncmp(text, expected, strlen(expected)) != 0) {
		fail_msg("%s", text);
	}
	free(text);
	text = steps(true);
	assert_non_null(strstr(text, "\033[32mok\033[0m    tcp      there\n"));
	assert_non_null(strstr(text, "\033[33m?\033[0m     tls "));
	assert_non_null(strstr(text, "\033[31mno\033[0m    AXFR "));
	assert_non_null(strstr(text, "\033[33mnot found out\033[0m: "));
	free(text);
	probe_say(&probe, PROBE_TCP, PROBE_NO, "refused");
	probe.refused = true;
	text = steps(true);
	assert_non_null(strstr(text, "\033[31mnot sent\033[0m: "));
	free(text);
}

/* No line is longer than its room, and what is cut is still a line. */
static void long_lines(void **state)
{
	(void)state;
	char name[2 * PROBE_TEXT_SIZE];
	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = '\0';
	probe_say(&probe, PROBE_TCP, PROBE_OK, "%s\n", name);
	assert_int_equal(strlen(probe.lines[PROBE_TCP].text), PROBE_TEXT_SIZE - 1);
}

static void colours_only_on_a_terminal(void **state)
{
	(void)state;
	FILE *file = fopen("/dev/null", "w");
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	assert_false(probe_wants_colours(file));
	fclose(file);
	/* A terminal of its own, as a test has none. */
	int number = posix_openpt(O_RDWR | O_NOCTTY);
	if (number < 0 || grantpt(number) != 0 || unlockpt(number) != 0) {
		skip_because("there are no terminals here");
	}
	int other = open(ptsname(number), O_RDWR | O_NOCTTY);
	file = fdopen(other, "w");
	assert_non_null(file);
	assert_true(probe_wants_colours(file));
	setenv("NO_COLOR", "", 1);
	assert_true(probe_wants_colours(file));
	setenv("NO_COLOR", "1", 1);
	assert_false(probe_wants_colours(file));
	unsetenv("NO_COLOR");
	setenv("TERM", "dumb", 1);
	assert_false(probe_wants_colours(file));
	unsetenv("TERM");
	assert_false(probe_wants_colours(file));
	fclose(file);
	close(number);
}

static char *json(void)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	assert_non_null(out);
	probe_conclude(&probe);
	probe_print_json(out, &probe);
	fclose(out);
	return text;
}

static void has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL) {
		fail_msg("no %s in %s", part, text);
	}
}

static void one_object(void **state)
{
	(void)state;
	probe_say(&probe, PROBE_TCP, PROBE_UNKNOWN, "a \"word\"");
	probe.unfit = "the key is odd";
	char *text = json();
	probe.unfit = NULL;
	assert_string_equal(text,
		"{\"server\": \"192.0.2.1\", \"port\": 853, \"zone\": \"example.com.\", "
		"\"verdict\": \"not found out\", \"advice\": \"check the address, the route, "
		"and the packet filters for TCP port 853 on both sides\", \"status\": 2, "
		"\"warnings\": [\"the key is odd\"], "
		"\"steps\": [{\"step\": \"tcp\", \"result\": \"unknown\", \"text\": "
		"\"a \\\"word\\\"\", \"address\": null, \"port\": 853, \"ms\": 0}]}\n");
	free(text);
}

static void facts(void **state)
{
	(void)state;
	for (unsigned step = 0; step < PROBE_STEP_COUNT; step++) {
		probe_say(&probe, step, PROBE_OK, "said");
	}
	strcpy(probe.request.name, "a.example");
	probe.tls = (struct probe_tls){ .version = 0x0304, .dot = true, .alert = 40 };
	probe.client.asked = true;
	probe.client.count = 2;
	probe.client.ttl = 60;
	probe.client.signatures_end = 1795348800;
	probe.client.result = (struct dance_result){ .verdict = DANCE_ALLOW,
		.usage = 3,
		.selector = 1,
		.matching = 2,
		.has_key = true };
	probe.axfr = (struct probe_answer){ .outcome = PROBE_SERVED,
		.transfer = { .begun = true,
			.messages = 2,
			.ede = -1,
			.serial = 7,
			.records = 5,
			.octets = 99 },
		.whole = true,
		.alert = -1,
		.ms = 12 };
	probe.no_cert = (struct probe_answer){ .outcome = PROBE_REFUSED,
		.transfer = { .messages = 1, .ede = 18, .ede_text = "no", .rcode = 5 },
		.alert = -1 };
	probe.plain = (struct probe_answer){ .outcome = PROBE_UNREACHABLE, .alert = -1 };
	char *text = json();
	has(text,
		"\"version\": \"TLS 1.3\", \"alpn\": \"dot\", \"key\": null, "
		"\"asks_certificate\": false, \"asks_name\": false, "
		"\"alert\": \"handshake_failure\"}");
	has(text,
		"\"owner\": null, \"verdict\": null, \"reason\": null, \"key\": null, "
		"\"record\": null, \"records\": null, \"ttl\": null, \"signatures_end\": null, \"server_key\": false}");
	has(text,
		"\"owner\": \"a.example\", \"verdict\": \"allow\", \"reason\": null, "
		"\"key\": \"0000");
	has(text,
		"\"record\": \"3 1 2\", \"records\": 2, \"ttl\": 60, "
		"\"signatures_end\": \"2026-11-22T12:00:00Z\"}");
	has(text,
		"\"outcome\": \"served\", \"rcode\": \"NOERROR\", \"ede\": null, "
		"\"ede_text\": null, \"alert\": null, \"serial\": 7, \"whole\": true, "
		"\"records\": 5, \"messages\": 2, \"octets\": 99, \"ms\": 12, "
		"\"shown\": \"certificate\"}");
	has(text,
		"\"outcome\": \"refused\", \"rcode\": \"REFUSED\", \"ede\": 18, "
		"\"ede_text\": \"no\", \"alert\": null, \"serial\": null}");
	has(text,
		"\"outcome\": \"unreachable\", \"rcode\": null, \"ede\": null, "
		"\"ede_text\": null, \"alert\": null, \"serial\": null}]}\n");
	free(text);
	probe.tls.version = 0x0303;
	text = json();
	has(text, "\"version\": \"TLS 1.2\", \"alpn\": \"dot\"");
	free(text);
	probe.tls = (struct probe_tls){ .alert = -1 };
	text = json();
	has(text, "\"version\": null, \"alpn\": null");
	free(text);
}

#define ONE(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(lines),
		ONE(long_lines),
		ONE(colours_only_on_a_terminal),
		ONE(one_object),
		ONE(facts),
	};
	return cmocka_run_group_tests_name("probe_report", tests, NULL, NULL);
}
