/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * URIs of keys: which text is one, which has a mistake, and that no PIN is ever shown. */

#include "check.h"
#include "key_uri.h"

#include <string.h>

static void a_scheme_is_before_the_first_colon_and_slash(void **state)
{
	(void)state;
	static const struct {
		const char *text, *scheme; /* NULL: it has none */
	} rows[] = {
		{ "pkcs11:token=a", "pkcs11" },
		{ "PKCS11:token=a", "pkcs11" },
		{ "AZaz09:", "azaz09" },
		{ "file:/etc/key", "file" },
		{ "x-y.z+1:", "x-y.z+1" },
		{ "keys:2026.pem", "keys" },
		{ "./keys:2026.pem", NULL },
		{ "/etc/keys:2026.pem", NULL },
		{ "keys/a:b", NULL },
		{ "c:key", NULL },
		{ "1a:key", NULL },
		{ "key", NULL },
		{ "", NULL },
		{ ":", NULL },
		{ "a2345678901234567890123456789012:", NULL },
		{ "a234567890123456789012345678901:", "a234567890123456789012345678901" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char scheme[KEY_URI_SCHEME_SIZE];
		bool is = key_uri_scheme(rows[i].text, scheme);
		check_true(rows[i].text, is == (rows[i].scheme != NULL));
		if (is) {
			assert_string_equal(scheme, rows[i].scheme);
		}
	}
}

static void what_is_shown_has_no_secret(void **state)
{
	(void)state;
	static const struct {
		const char *uri, *shown;
	} rows[] = {
		{ "pkcs11:token=a;object=b?pin-value=1234",
			"pkcs11:token=a;object=b?pin-value=***" },
		{ "pkcs11:token=a?pin-value=1234&module-name=m",
			"pkcs11:token=a?pin-value=***&module-name=m" },
		{ "pkcs11:token=a?PIN-VALUE=1234", "pkcs11:token=a?PIN-VALUE=***" },
		{ "pkcs11:token=a?pin-value=12;34&x=5",
			"pkcs11:token=a?pin-value=***;***&x=***" },
		{ "pkcs11:token=a?pin-value=12?34=5", "pkcs11:token=a?pin-value=***" },
		{ "pkcs11:token=a?pin%2Dvalue=1234", "pkcs11:token=a?pin%2Dvalue=***" },
		{ "pkcs11:token=a;pin-value=1234", "pkcs11:token=a;pin-value=***" },
		{ "pkcs11:token=a?1234", "pkcs11:token=a?***" },
		{ "pkcs11:1234", "pkcs11:***" },
		{ "pkcs11:token=a?pin-source=file:/run/pin",
			"pkcs11:token=a?pin-source=file:/run/pin" },
		{ "pkcs11:", "pkcs11:" },
		{ "pkcs11:?", "pkcs11:" },
		{ "handle:0x81?pass", "handle:0x81?***" },
		{ "handle:0x81", "handle:0x81" },
		{ "/etc/key", "/etc/key" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char shown[KEY_URI_SHOWN_SIZE];
		key_uri_show(rows[i].uri, shown);
		assert_string_equal(shown, rows[i].shown);
	}
}

static void what_does_not_fit_is_cut(void **state)
{
	(void)state;
	char uri[2 * KEY_URI_MAX] = "pkcs11:object=", shown[KEY_URI_SHOWN_SIZE];
	memset(uri + strlen(uri), 'x', KEY_URI_MAX);
	key_uri_show(uri, shown);
	assert_int_equal(strlen(shown), KEY_URI_SHOWN_SIZE - 1);
	assert_string_equal(shown + KEY_URI_SHOWN_SIZE - 4, "...");
	assert_string_equal(key_uri_mistake(uri), "it is too long");
}

#define UNDEFINED "it has an attribute that RFC 7512 does not define"
#define LATE "its PIN must come after a '?'"
#define RELATIVE "its pin-source must be file: and an absolute path"

static void mistakes_are_named(void **state)
{
	(void)state;
	static const struct {
		const char *uri, *mistake; /* NULL: there is none */
	} rows[] = {
		{ "pkcs11:token=a;object=b?pin-value=1", NULL },
		{ "pkcs11:token=a%3Bb;id=%01;type=private?pin-source=file:/p&module-name=m",
			NULL },
		{ "pkcs11:token=a?pin-source=/p", NULL },
		{ "pkcs11:token=a;x-ours=b?x-theirs=c", NULL },
		{ "pkcs11:", NULL },
		{ "handle:anything?at;all", NULL },
		{ "pkcs11:tokn=a", UNDEFINED },
		{ "pkcs11:token=a?pinsource=file:/p", UNDEFINED },
		{ "pkcs11:token=a?x-=1", UNDEFINED },
		{ "pkcs11:token=a?x-a=1", NULL },
		{ "pkcs11:token=a?x=1", UNDEFINED },
		{ "pkcs11:token=a?xy=1", UNDEFINED },
		{ "pkcs11:token=a?xyz=1", UNDEFINED },
		{ "pkcs11:token", "an attribute of it has no value" },
		{ "pkcs11:token=a;pin-value=1", LATE },
		{ "pkcs11:token=a;pin-source=file:/p", LATE },
		{ "pkcs11:token=a?module-name=m;pin-value=1",
			"after its '?' attributes are separated by '&'" },
		{ "pkcs11:token=a?object=b", "an attribute of it must come before the '?'" },
		{ "pkcs11:token=a;module-name=m",
			"an attribute of it must come after a '?'" },
		{ "pkcs11:token=a?pin-source=pin", RELATIVE },
		{ "pkcs11:token=a?pin-source=file:pin", RELATIVE },
		{ "pkcs11:token=a?pin-source=|/bin/pin", RELATIVE },
		{ "pkcs11:token=a?pin-source=%7C/bin/pin", RELATIVE },
		{ "pkcs11:token=a?pin-source=/p%00", "its pin-source cannot be read" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		const char *mistake = key_uri_mistake(rows[i].uri);
		check_true(rows[i].uri, (mistake != NULL) == (rows[i].mistake != NULL));
		if (mistake != NULL) {
			assert_string_equal(mistake, rows[i].mistake);
		}
	}
}

static void the_pin_is_found_and_taken_out(void **state)
{
	(void)state;
	static const struct {
		const char *uri, *file; /* NULL: none */
		bool has, shows;
		const char *stripped;
	} rows[] = {
		{ "pkcs11:token=a?pin-source=file:/run/a%20b", "/run/a b", true, false,
			"pkcs11:token=a" },
		{ "pkcs11:token=a?pin-source=/p&module-name=m", "/p", true, false,
			"pkcs11:token=a?module-name=m" },
		{ "pkcs11:token=a;id=%01?x-a=1&pin-value=1&x-b=2", NULL, true, true,
			"pkcs11:token=a;id=%01?x-a=1&x-b=2" },
		{ "pkcs11:token=a", NULL, false, false, "pkcs11:token=a" },
		{ "pkcs11:token=a?", NULL, false, false, "pkcs11:token=a" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char path[KEY_URI_MAX], stripped[KEY_URI_MAX];
		bool found = key_uri_pin_file(rows[i].uri, path);
		check_true(rows[i].uri, found == (rows[i].file != NULL));
		assert_string_equal(path, found ? rows[i].file : "");
		check_true(rows[i].uri, key_uri_has_pin(rows[i].uri) == rows[i].has);
		check_true(rows[i].uri, key_uri_shows_pin(rows[i].uri) == rows[i].shows);
		key_uri_strip_pin(rows[i].uri, stripped);
		assert_string_equal(stripped, rows[i].stripped);
	}
	char path[KEY_URI_MAX], token[KEY_URI_MAX];
	key_uri_strip_object(
		"pkcs11:object=a;token=b;id=%01;serial=c;type=private?pin-value=1&x-a=1",
		token);
	assert_string_equal(token, "pkcs11:token=b;serial=c?x-a=1");
	assert_false(key_uri_pin_file("handle:1?pin-source=/p", path));
	/* The longest path that fits, and the first that does not. */
	char uri[KEY_URI_MAX + 64] = "pkcs11:token=a?pin-source=";
	size_t before = strlen(uri);
	memset(uri + before, 'p', KEY_URI_MAX);
	uri[before + KEY_URI_MAX] = '\0';
	assert_false(key_uri_pin_file(uri, path));
	uri[before + KEY_URI_MAX - 1] = '\0';
	assert_true(key_uri_pin_file(uri, path));
	assert_string_equal(path, uri + before);
	assert_false(key_uri_has_pin("/etc/key?pin-value=1"));
}

static void the_path_of_a_file_is_a_part_of_its_uri(void **state)
{
	(void)state;
	assert_string_equal(key_uri_path("file:/etc/key"), "/etc/key");
	assert_string_equal(key_uri_path("file:///etc/key"), "/etc/key");
	assert_string_equal(key_uri_path("FILE://localhost/etc/key"), "/etc/key");
	assert_string_equal(key_uri_path("file:key"), "key");
	assert_null(key_uri_path("pkcs11:token=file:/etc/key"));
	assert_null(key_uri_path("/etc/file:/key"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_scheme_is_before_the_first_colon_and_slash),
		cmocka_unit_test(what_is_shown_has_no_secret),
		cmocka_unit_test(what_does_not_fit_is_cut),
		cmocka_unit_test(mistakes_are_named),
		cmocka_unit_test(the_pin_is_found_and_taken_out),
		cmocka_unit_test(the_path_of_a_file_is_a_part_of_its_uri),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
