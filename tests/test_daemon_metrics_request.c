/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Requests as scrapers, people and strangers send them. */

#include "check.h"
#include "metrics_request.h"

#include <string.h>

static void requests_are_understood(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		unsigned status;
		bool is_head, classic;
	} rows[] = {
		{ "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n", 200, false, false },
		{ "GET /metrics?a=b HTTP/1.1\nhost:a\n\n", 200, false, false },
		{ "GET http://a/metrics HTTP/1.1\r\nHost: a\r\n\r\n", 200, false, false },
		{ "GET http://a HTTP/1.1\r\nHost: a\r\n\r\n", 404, false, false },
		{ "HEAD /metrics HTTP/1.0\r\n\r\n", 200, true, false },
		{ "GET /metrics HTTP/1.0\r\nAccept: text/plain;version=0.0.4\r\n\r\n", 200,
			false, true },
		{ "GET /metrics HTTP/1.0\r\nAccept: text/plain\r\nACCEPT: "
		  "application/openmetrics-text; version=1.0.0\r\n\r\n",
			200, false, false },
		{ "GET /metrics HTTP/1.0\r\nAccept: text/plain;q=0.5, */*;q=0.1\r\n\r\n",
			200, false, false },
		{ "GET /metrics HTTP/1.0\r\nAccept: text/html\r\n\r\n", 200, false, false },
		{ "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 404, false, false },
		{ "GET /metricsx HTTP/1.1\r\nHost: a\r\n\r\n", 404, false, false },
		{ "POST /metrics HTTP/1.1\r\nHost: a\r\n\r\n", 405, false, false },
		{ "GET /metrics HTTP/2.0\r\nHost: a\r\n\r\n", 505, false, false },
		{ "GET /metrics HTTP/1.1\r\n\r\n", 400, false, false },
		{ "GET /metrics HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400, false, false },
		{ "GET /metrics HTTP/1.1\r\nHost : a\r\n\r\n", 400, false, false },
		{ "GET /metrics HTTP/1.1\r\nHost: a\r\n b\r\n\r\n", 400, false, false },
		{ "GET /metrics HTTP/1.1\r\nHost: a\r\nb\r\n\r\n", 400, false, false },
		{ "GET /metrics HTTP/1.1\r\nHost: a\001\r\n\r\n", 400, false, false },
		{ "GET /metrics HTTP/1.1\r\nHost: a\rb\r\n\r\n", 400, false, false },
		{ "GET /metrics\r\n\r\n", 400, false, false },
		{ "GET /metrics HTTP/1.1\r\nHost: a\x7f\r\n\r\n", 400, false, false },
		{ "GET /metrics HTTP/1.1\r\nHost: a~\tb \r\n\r\n", 200, false, false },
		{ "GET /metrics HTTP/1.1\r\nHost: a\x1f\r\n\r\n", 400, false, false },
		{ "GET /metrics HTTP/1.1\r\n: a\r\nHost: a\r\n\r\n", 400, false, false },
		{ "GET /metrics HTTP/1.1\r\nHost\t: a\r\n\r\n", 400, false, false },
		{ "GET /metrics HTTP/1.1\r\n\tHost: a\r\n\r\n", 400, false, false },
		{ "GET /metrics HTTP/1.1\r\nHost:\r\n\r\n", 200, false, false },
		{ "GET /metrics HTTP/1.1\r\nHosts: a\r\n\r\n", 400, false, false },
		{ "GET /metrics HTTP/1.1\r\nHos: a\r\n\r\n", 400, false, false },
		{ "GET /metrics HTTP/1.0\r\nHost: a\r\n\r\n", 200, false, false },
		{ "GET /metrics HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400, false, false },
		{ "GET /metrics HTTP/1.0\r\nAccepts: text/plain\r\n\r\n", 200, false,
			false },
		{ "GET /metrics HTTP/1.0\r\nAccep: text/plain\r\n\r\n", 200, false, false },
		{ "GET /metrics HTTP/1.0\r\nAccept: a/b,\t text/plain\t \r\n\r\n", 200,
			false, true },
		{ "GET /metrics HTTP/1.0\r\nAccept: text/plain\r\nAccept: a/b\r\n\r\n", 200,
			false, true },
		{ "GET /metrics HTTP/1.0\r\nAccept:text/plain, application/*\r\n\r\n", 200,
			false, false },
		{ "GET /metrics HTTP/1.0\r\nAccept:\r\n\r\n", 200, false, false },
		{ "GET /metrics HTTP/1.0\nAccept: text/plain\n\n", 200, false, true },
		{ "GET HTTP://a.b/metrics?x HTTP/1.0\r\n\r\n", 200, false, false },
		{ "GET http:///metrics HTTP/1.0\r\n\r\n", 200, false, false },
		{ "GET http://a/b/metrics HTTP/1.0\r\n\r\n", 404, false, false },
		{ "GET http:/a/metrics HTTP/1.0\r\n\r\n", 404, false, false },
		{ "GET /metric HTTP/1.0\r\n\r\n", 404, false, false },
		{ "GET /Metrics HTTP/1.0\r\n\r\n", 404, false, false },
		{ "get /metrics HTTP/1.0\r\n\r\n", 405, false, false },
		{ "GETS /metrics HTTP/1.0\r\n\r\n", 405, false, false },
		{ "HEADS /metrics HTTP/1.0\r\n\r\n", 405, false, false },
		{ "GET /metrics HTTP/1.0\r\n a: b\r\n\r\n", 400, false, false },
		{ "GET /metrics HTTP/1.0\r\na : b\r\n\r\n", 400, false, false },
		{ " /metrics HTTP/1.0\r\n\r\n", 400, false, false },
		{ "GET /metrics HTTP/1.0 \r\n\r\n", 505, false, false },
		{ "GET /metrics FTP/1.0\r\n\r\n", 400, false, false },
		{ "GET /metrics\t HTTP/1.0\r\n\r\n", 404, false, false },
		{ "GET /metrics\x01 HTTP/1.0\r\n\r\n", 400, false, false },
		{ "GET  HTTP/1.1\r\n\r\n", 400, false, false },
		{ "GET /metrics HTTP/1.0\r\na\t: b\r\n\r\n", 400, false, false },
		{ "GET /metrics HTTP/1.0\r\n : b\r\n\r\n", 400, false, false },
		{ "GET /metrics HTTP/1.0\r\n\001a: b\r\n\r\n", 400, false, false },
		{ "\n", 400, false, false },
		{ "\r\n", 400, false, false },
		{ "\026\003\001\002\n\n", 400, false, false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct metrics_request request;
		size_t size = strlen(rows[i].text);
		for (size_t part = 0; part < size; part++) {
			if (part < 2 || rows[i].text[part - 1] != '\n') {
				assert_false(metrics_request_read(&request, rows[i].text,
					part));
			}
		}
		assert_true(metrics_request_read(&request, rows[i].text, size));
		if (request.status != rows[i].status) {
			fail_msg("%s: %u", rows[i].text, request.status);
		}
		assert_int_equal(request.is_head, rows[i].is_head);
		assert_int_equal(request.classic, rows[i].classic);
	}
}

static void what_has_no_end_is_too_long(void **state)
{
	(void)state;
	static char octets[METRICS_REQUEST_MAX];
	struct metrics_request request;
	memset(octets, 'x', sizeof(octets));
	assert_false(metrics_request_read(&request, octets, sizeof(octets) - 1));
	assert_true(metrics_request_read(&request, octets, sizeof(octets)));
	assert_int_equal(request.status, 431);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_are_understood),
		cmocka_unit_test(what_has_no_end_is_too_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
