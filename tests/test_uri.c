/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The host of a URI, and those that have none with a name. */

#include "check.h"
#include "uri.h"

#include <stdio.h>
#include <string.h>

#define LABEL_63 "a23456789-123456789-123456789-123456789-123456789-123456789-123"
#define HOST_254 \
	LABEL_63 "." LABEL_63 "." LABEL_63 "." \
		 "b23456789-123456789-123456789-123456789-123456789-123456789-1."

static struct dance_octets octets(const char *text)
{
	return (struct dance_octets){ (const unsigned char *)text, strlen(text) };
}

static void the_host_is_found(void **state)
{
	(void)state;
	static const struct {
		const char *uri, *host; /* NULL: none */
	} rows[] = {
		{ "https://a.example", "a.example" },
		{ "https://A.Example/", "A.Example" },
		{ "azAZ09://azAZ09.az", "azAZ09.az" },
		{ "x+y-z.1://a.example?q", "a.example" },
		{ "https://a.example#f", "a.example" },
		{ "https://a.example/b@c.example", "a.example" },
		{ "https://a.example?@c.example", "a.example" },
		{ "https://a.example#@c.example", "a.example" },
		{ "https://a.example/https://b.example", "a.example" },
		{ "https://a.example:443/", "a.example" },
		{ "https://a.example:/", "a.example" },
		{ "https://user@a.example", "a.example" },
		{ "https://b.example:pass@a.example:1", "a.example" },
		{ "https://b.example:80:80@a.example", "a.example" },
		{ "https://%40b!$&'()*+,;=~@a.example", "a.example" },
		{ "https://@a.example", "a.example" },
		{ "https://a.example./", "a.example" },
		{ "https://a.example%2e:80/", "a.example" },
		{ "https://%61%2e%45xample/", "a.Example" },
		{ "https://a%2D%2d.example/", "a--.example" },
		{ "https://localhost/", "localhost" },
		{ "https://1.2.3.4.example/", "1.2.3.4.example" },
		{ "", NULL },
		{ "a.example", NULL },
		{ "//a.example", NULL },
		{ "://a.example", NULL },
		{ "1s://a.example", NULL },
		{ "_s://a.example", NULL },
		{ "s_s://a.example", NULL },
		{ " https://a.example", NULL },
		{ "ht tp://a.example", NULL },
		{ "https:a.example", NULL },
		{ "https:/a.example", NULL },
		{ "https:\\\\a.example", NULL },
		{ "urn:example:a", NULL },
		{ "mailto:a@a.example", NULL },
		{ "https://", NULL },
		{ "https:///a.example", NULL },
		{ "https://?a.example", NULL },
		{ "https://user@", NULL },
		{ "https://:80", NULL },
		{ "https://user@b@a.example", NULL },
		{ "https://a.example\\@b.example", NULL },
		{ "https://a.example\\b", NULL },
		{ "https://a.example b", NULL },
		{ "https://a.example:8x/", NULL },
		{ "https://a.example:80:80/", NULL },
		{ "https://a.example:-1/", NULL },
		{ "https://[2001:db8::1]/", NULL },
		{ "https://[2001:db8::1]:443/", NULL },
		{ "https://user@[2001:db8::1]/", NULL },
		{ "https://[v1.a.example]/", NULL },
		{ "https://192.0.2.1/", NULL },
		{ "https://192.0.2.1./", NULL },
		{ "https://%3192.0.2.1/", NULL },
		{ "https://192.0.2.%31/", NULL },
		{ "https://3221225985/", NULL },
		{ "https://0xc0000201/", NULL },
		{ "https://a.example.0x1/", NULL },
		{ "https://.a.example/", NULL },
		{ "https://a.example../", NULL },
		{ "https://./", NULL },
		{ "https://a..example/", NULL },
		{ "https://*.a.example/", NULL },
		{ "https://a.example%00/", NULL },
		{ "https://a.example%2f/", NULL },
		{ "https://a.example%40b.example/", NULL },
		{ "https://a.exampl%6", NULL },
		{ "https://a.exampl%", NULL },
		{ "https://a.exam%70le", "a.example" },
		{ "https://a.exam%7gle", NULL },
		{ "https://a.exam%7:le", NULL },
		{ "https:/xa.example", NULL },
		{ "https://a.exampl%6g", NULL },
		{ "https://a.exampl%g5", NULL },
		{ "https://a.exampl%6/", NULL },
		{ "https://a.exampl%:5", NULL },
		{ "https://a.exampl%@5", NULL },
		{ "https://a.exampl%`5", NULL },
		{ "https://a.exampl%\x15"
		  "5",
			NULL },
		{ "https://a.example!/", NULL },
		{ "https://b\xc3\xbc"
		  "cher.example/",
			NULL },
		{ "https://b%C3%BCcher.example/", NULL },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct dance_octets host;
		unsigned char room[URI_HOST_MAX];
		bool found = uri_host(octets(rows[i].uri), room, &host);
		check_true(rows[i].uri, found == (rows[i].host != NULL));
		check_true(rows[i].uri,
			!found ||
				(host.size == strlen(rows[i].host) &&
					memcmp(host.data, rows[i].host, host.size) == 0));
	}
	struct dance_octets host;
	unsigned char room[URI_HOST_MAX];
	assert_false(uri_host((struct dance_octets){ (const unsigned char *)"x://a\0b", 7 },
		room, &host));
	assert_false(uri_host((struct dance_octets){ NULL, 0 }, room, &host));
}

/* What stands behind a URI is not of it. */
static void it_ends_where_it_ends(void **state)
{
	(void)state;
	static const struct {
		const char *uri, *behind;
	} rows[] = {
		{ "https", "x://a.example/" },
		{ "https", "://a.example/" },
		{ "https:", "//a.example/" },
		{ "https:/", "/a.example/" },
		{ "https://", "a/" },
		{ "https://a.exampl%", "65/" },
		{ "https://a.exampl%6", "5/" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[64];
		struct dance_octets host;
		unsigned char room[URI_HOST_MAX];
		snprintf(text, sizeof(text), "%s%s", rows[i].uri, rows[i].behind);
		check_true(text,
			!uri_host((struct dance_octets){ (const unsigned char *)text,
					  strlen(rows[i].uri) },
				room, &host));
	}
}

static void no_more_is_decoded_than_there_is_room_for(void **state)
{
	(void)state;
	struct dance_octets host;
	unsigned char room[URI_HOST_MAX];
	assert_int_equal(strlen(HOST_254), URI_HOST_MAX);
	static const char fits[] =
		"x://%61"
		"23456789-123456789-123456789-123456789-123456789-"
		"123456789-123"
		"." LABEL_63 "." LABEL_63 "."
		"b23456789-123456789-123456789-123456789-123456789-123456789-1.";
	assert_true(uri_host(octets(fits), room, &host));
	assert_int_equal(host.size, URI_HOST_MAX - 1);
	static const char more[] = "x://%61" HOST_254;
	assert_false(uri_host(octets(more), room, &host));
	/* Without anything to decode, nothing is copied. */
	assert_true(uri_host(octets("x://aa" HOST_254), room, &host));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_host_is_found),
		cmocka_unit_test(it_ends_where_it_ends),
		cmocka_unit_test(no_more_is_decoded_than_there_is_room_for),
	};
	return cmocka_run_group_tests_name("uri", tests, NULL, NULL);
}
