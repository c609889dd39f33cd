/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Single values of each kind: where they go, how many there may be, and the whole sentence about
 * those that are wrong. */

#include "address.h"
#include "check.h"
#include "conf_value.h"
#include "endpoint.h"
#include "log.h"
#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char program_name[] = "dance-ask";

static bool no_memory;

void *__real_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size);
void *__wrap_realloc(void *block, size_t size)
{
	return no_memory ? NULL : __real_realloc(block, size);
}

char *__real_strdup(const char *text);
char *__wrap_strdup(const char *text);
char *__wrap_strdup(const char *text)
{
	return no_memory ? NULL : __real_strdup(text);
}

static struct entry {
	char *text;
	unsigned number;
	bool on;
	enum log_level level;
	struct address address;
	struct endpoint endpoint;
	void *list;
	size_t count;
	char *forwarders[DANCE_FORWARDER_MAX];
} entry;

static const knot_lookup_t words[] = { { 1, "one" }, { 1, "first" }, { 2, "two" },
	{ 4, "four" }, { 0, NULL } };

/* clang-format off */
#define AT(kind, field) { &(const struct conf_place){ kind, offsetof(struct entry, field), 0 } }
#define LIST_OF(kind) { &(const struct conf_place){ kind, offsetof(struct entry, list), \
	offsetof(struct entry, count) } }
#define NAME "\x04""item"
static const yp_item_t a_string = { NAME, YP_TSTR, YP_VNONE, YP_FNONE, AT(CONF_STRING, text) };
static const yp_item_t a_name = { NAME, YP_TSTR, YP_VNONE, YP_FNONE, AT(CONF_NAME, text) };
static const yp_item_t a_pattern = { NAME, YP_TSTR, YP_VNONE, YP_FNONE, AT(CONF_PATTERN, text) };
static const yp_item_t a_number = { NAME, YP_TINT, YP_VINT = { 3, 70, 12 }, YP_FNONE,
	AT(CONF_NUMBER, number) };
static const yp_item_t a_switch = { NAME, YP_TBOOL, YP_VBOOL = { true }, YP_FNONE,
	AT(CONF_SWITCH, on) };
static const yp_item_t a_choice = { NAME, YP_TOPT, YP_VOPT = { words, 2 }, YP_FNONE,
	AT(CONF_SWITCH, on) };
static const yp_item_t a_level = { NAME, YP_TOPT, YP_VOPT = { words, 2 }, YP_FNONE,
	AT(CONF_LEVEL, level) };
static const yp_item_t bits = { NAME, YP_TOPT, YP_VOPT = { words, 4 }, YP_FMULTI,
	AT(CONF_BITS, number) };
static const yp_item_t a_host = { NAME, YP_TADDR, YP_VNONE, YP_FNONE, AT(CONF_HOST, address) };
static const yp_item_t a_socket = { NAME, YP_TADDR, YP_VADDR = { 853 }, YP_FNONE,
	AT(CONF_SOCKET, address) };
static const yp_item_t a_portless = { NAME, YP_TADDR, YP_VNONE, CONF_PORTLESS,
	AT(CONF_SOCKET, address) };
static const yp_item_t sockets = { NAME, YP_TADDR, YP_VNONE, YP_FMULTI, LIST_OF(CONF_SOCKETS) };
static const yp_item_t an_endpoint = { NAME, YP_TSTR, YP_VNONE, YP_FNONE,
	AT(CONF_ENDPOINT, endpoint) };
static const yp_item_t endpoints = { NAME, YP_TSTR, YP_VNONE, YP_FMULTI, LIST_OF(CONF_ENDPOINTS) };
static const yp_item_t names = { NAME, YP_TSTR, YP_VNONE, YP_FMULTI, LIST_OF(CONF_NAMES) };
static const yp_item_t patterns = { NAME, YP_TSTR, YP_VNONE, YP_FMULTI, LIST_OF(CONF_PATTERNS) };
static const yp_item_t protocols = { NAME, YP_TSTR, YP_VNONE, YP_FMULTI, LIST_OF(CONF_PROTOCOLS) };
static const yp_item_t forwarders = { NAME, YP_TADDR, YP_VADDR = { 53 }, YP_FMULTI,
	AT(CONF_FORWARDERS, forwarders) };
static const yp_item_t references = { NAME, YP_TSTR, YP_VNONE, YP_FMULTI,
	LIST_OF(CONF_REFERENCES) };
/* clang-format on */

static char said[CONF_ERROR_SIZE];

/* Sets it; `data` as libknot has read it. */
static bool set_data(const yp_item_t *item, const char *text, const void *data, bool first)
{
	const struct conf_error error = { "file", said };
	const struct conf_value value = { item, data, text, first, 7 };
	said[0] = '\0';
	return conf_value_set(&entry, &value, &error);
}

static bool set(const yp_item_t *item, const char *text)
{
	return set_data(item, text, NULL, true);
}

static int clear(void **state)
{
	(void)state;
	free(entry.text);
	free(entry.list);
	for (size_t i = 0; i < DANCE_FORWARDER_MAX; i++) {
		free(entry.forwarders[i]);
	}
	memset(&entry, 0, sizeof(entry));
	return 0;
}

static void clear_texts(void)
{
	char **texts = entry.list;
	for (size_t i = 0; i < entry.count; i++) {
		free(texts[i]);
	}
	clear(NULL);
}

static void names_are_lower_case_without_a_dot(void **state)
{
	(void)state;
	static const struct {
		const yp_item_t *item;
		const char *text, *value, *says;
	} rows[] = {
		{ &a_string, "Any Text.", "Any Text.", "" },
		{ &a_name, "A.Example.", "a.example", "" },
		{ &a_name, "_853._tcp.z-Z.example", "_853._tcp.z-z.example", "" },
		{ &a_pattern, "*.Example.", "*.example", "" },
		{ &a_pattern, "@List.example", "@list.example", "" },
		{ &a_name, "*.example", NULL,
			"file:7: 'item' is '*.example', must be one name, without an asterisk" },
		{ &a_name, "@a.example", NULL,
			"file:7: 'item' is '@a.example', must be a name, not a list" },
		{ &a_name, "a..b", NULL, "file:7: 'item' is 'a..b': a label is empty" },
		{ &a_pattern, "a..b", NULL, "file:7: 'item' is 'a..b': a label is empty" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		check_true(rows[i].text,
			set(rows[i].item, rows[i].text) == (rows[i].value != NULL));
		assert_string_equal(said, rows[i].says);
		if (rows[i].value != NULL) {
			assert_string_equal(entry.text, rows[i].value);
		} else {
			assert_null(entry.text);
		}
		clear(NULL);
	}
}

static void switches_are_on_or_off(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint8_t data;
		bool fine;
	} rows[] = { { "on", 1, true }, { "On", 1, true }, { "true", 1, true },
		{ "off", 0, true }, { "FALSE", 0, true }, { "o", 1, false },
		{ "tr", 1, false }, { "f", 0, false }, { "on", 0, false } };
	for (size_t i = 0; i < ROWS(rows); i++) {
		char wanted[CONF_ERROR_SIZE] = "";
		entry.on = rows[i].data == 0;
		check_true(rows[i].text,
			set_data(&a_switch, rows[i].text, &rows[i].data, true) ==
				rows[i].fine);
		if (!rows[i].fine) {
			snprintf(wanted, sizeof(wanted),
				"file:7: 'item' is '%s', must be on or off", rows[i].text);
		} else {
			assert_int_equal(entry.on, rows[i].data != 0);
		}
		assert_string_equal(said, wanted);
	}
	for (uint8_t data = 0; data < 3; data++) {
		entry.on = data == 0;
		assert_true(set_data(&a_choice, "a word", &data, true));
		assert_int_equal(entry.on, data != 0);
	}
}

static void bits_are_all_of_them(void **state)
{
	(void)state;
	static const uint8_t one = 1, four = 4;
	entry.number = 8;
	assert_true(set_data(&bits, "one", &one, true));
	assert_int_equal(entry.number, 1);
	assert_true(set_data(&bits, "four", &four, false));
	assert_int_equal(entry.number, 5);
	assert_true(set_data(&a_level, "four", &four, true));
	assert_int_equal(entry.level, 4);
	static const uint8_t number[8] = { 0, 0, 0, 0, 0, 0, 1, 2 };
	assert_true(set_data(&a_number, "258", number, true));
	assert_int_equal(entry.number, 258);
}

static void addresses_have_a_port_where_they_need_one(void **state)
{
	(void)state;
	static const struct {
		const yp_item_t *item;
		const char *text, *value, *why;
	} rows[] = {
		{ &a_host, "192.0.2.1", "192.0.2.1", NULL },
		{ &a_host, "2001:DB8::1", "2001:db8::1", NULL },
		{ &a_host, "192.0.2.1@53", NULL, "must be an address without a port" },
		{ &a_host, "host", NULL, "must be an IPv4 or IPv6 address" },
		{ &a_host, "fe80::1%lo", NULL, "must not name an interface" },
		{ &a_socket, "192.0.2.1", "192.0.2.1@853", NULL },
		{ &a_socket, "192.0.2.1@1", "192.0.2.1@1", NULL },
		{ &a_socket, "192.0.2.1@0", NULL, "must not have port 0" },
		{ &a_portless, "192.0.2.1", "192.0.2.1", NULL },
		{ &a_portless, "192.0.2.1@53", "192.0.2.1@53", NULL },
		{ &a_portless, "192.0.2.1@0", NULL, "must not have port 0" },
		{ &sockets, "192.0.2.1", NULL, "needs a port: ADDRESS@PORT" },
		{ &forwarders, "192.0.2.1@0", NULL, "must not have port 0" },
		{ &an_endpoint, "run/a", NULL,
			"must be the path of a socket, or ADDRESS@PORT" },
		{ &endpoints, "run/a", NULL,
			"must be the path of a socket, or ADDRESS@PORT" },
		{ &references, "any", NULL, "is unknown here" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char wanted[CONF_ERROR_SIZE] = "";
		check_true(rows[i].text,
			set(rows[i].item, rows[i].text) == (rows[i].value != NULL));
		if (rows[i].value != NULL) {
			assert_string_equal(entry.address.text, rows[i].value);
		} else {
			snprintf(wanted, sizeof(wanted), "file:7: 'item' is '%s', %s",
				rows[i].text, rows[i].why);
		}
		assert_string_equal(said, wanted);
		assert_int_equal(entry.count, 0);
		clear(NULL);
	}
	assert_true(set(&an_endpoint, "/run/a"));
	assert_string_equal(entry.endpoint.text, "/run/a");
	clear(NULL);
}

static void lists_have_their_limits(void **state)
{
	(void)state;
	static const struct {
		const yp_item_t *item;
		size_t max;
		const char *what;
		bool texts;
	} rows[] = {
		{ &sockets, 64, "64 addresses", false },
		{ &endpoints, 64, "64 addresses", false },
		{ &protocols, 16, "16 protocols", true },
		{ &names, 65536, "65536 names", true },
		{ &patterns, 65536, "65536 names", true },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		char text[64], wanted[CONF_ERROR_SIZE];
		for (size_t j = 0; j <= rows[i].max; j++) {
			snprintf(text, sizeof(text),
				rows[i].texts ? "name%zu" : "127.0.0.1@%zu", j + 1);
			check_true(rows[i].what,
				set(rows[i].item, text) == (j < rows[i].max));
		}
		snprintf(wanted, sizeof(wanted), "file:7: 'item' has more than %s",
			rows[i].what);
		assert_string_equal(said, wanted);
		assert_int_equal(entry.count, rows[i].max);
		if (rows[i].texts) {
			char *const *texts = entry.list;
			for (size_t j = 0; j < rows[i].max; j++) {
				snprintf(text, sizeof(text), "name%zu", j + 1);
				assert_string_equal(texts[j], text);
			}
			clear_texts();
		} else if (rows[i].item == &sockets) {
			const struct address *last = entry.list;
			assert_string_equal(last[63].text, "127.0.0.1@64");
			clear(NULL);
		} else {
			const struct endpoint *last = entry.list;
			assert_string_equal(last[63].text, "127.0.0.1@64");
			clear(NULL);
		}
	}
	for (size_t i = 0; i <= DANCE_FORWARDER_MAX; i++) {
		assert_true(set(&forwarders, "::1") == (i < DANCE_FORWARDER_MAX));
	}
	assert_string_equal(said, "file:7: 'item' has more than 8 addresses");
	for (size_t i = 0; i < DANCE_FORWARDER_MAX; i++) {
		assert_string_equal(entry.forwarders[i], "::1@53");
	}
	clear(NULL);
}

/* RFC 7301 3.1 */
static void the_name_of_a_protocol_has_255_octets_at_most(void **state)
{
	(void)state;
	char name[257], wanted[CONF_ERROR_SIZE];
	memset(name, 'p', sizeof(name));
	name[255] = '\0';
	assert_true(set(&protocols, name));
	assert_string_equal(((char **)entry.list)[0], name);
	name[255] = 'p';
	name[256] = '\0';
	assert_false(set(&protocols, name));
	snprintf(wanted, sizeof(wanted),
		"file:7: 'item' is '%.80s...', must have at most 255 octets", name);
	assert_string_equal(said, wanted);
	assert_int_equal(entry.count, 1);
	clear_texts();
}

static void memory_may_run_out(void **state)
{
	(void)state;
	static const struct {
		const yp_item_t *item;
		const char *text;
	} rows[] = { { &a_string, "a" }, { &a_name, "a" }, { &sockets, "::1@1" },
		{ &endpoints, "/run/a" }, { &names, "a" }, { &patterns, "a" },
		{ &protocols, "a" }, { &forwarders, "::1" } };
	no_memory = true;
	for (size_t i = 0; i < ROWS(rows); i++) {
		bool done = set(rows[i].item, rows[i].text);
		no_memory = false;
		check_true(rows[i].text, !done);
		assert_string_equal(said, "file: out of memory");
		assert_int_equal(entry.count, 0);
		no_memory = true;
	}
	no_memory = false;
	clear(NULL);
}

static void what_is_not_set_has_its_default(void **state)
{
	(void)state;
	conf_value_default(&entry, &a_number);
	assert_int_equal(entry.number, 12);
	conf_value_default(&entry, &bits);
	assert_int_equal(entry.number, 4);
	conf_value_default(&entry, &a_switch);
	assert_true(entry.on);
	entry.on = false;
	conf_value_default(&entry, &a_choice);
	assert_true(entry.on);
	conf_value_default(&entry, &a_level);
	assert_int_equal(entry.level, 2);
	static const yp_item_t *const none[] = { &a_string, &a_name, &a_host, &sockets,
		&endpoints, &names, &protocols, &forwarders, &references };
	const struct entry before = entry;
	for (size_t i = 0; i < ROWS(none); i++) {
		conf_value_default(&entry, none[i]);
		assert_memory_equal(&entry, &before, sizeof(entry));
	}
	clear(NULL);
}

static void what_the_schema_refuses_is_told(void **state)
{
	(void)state;
	static const struct {
		const yp_item_t *item;
		const char *says;
	} rows[] = {
		{ &a_number, "file:7: 'item' is 'x', must be a number from 3 to 70" },
		{ &a_choice, "file:7: 'item' is 'x', must be one of one, two, four" },
		{ &a_switch, "file:7: 'item' is 'x', must be on or off" },
		{ &a_host, "file:7: 'item' is 'x', must be an IPv4 or IPv6 address" },
		{ &a_string, "file:7: 'item' is 'x': not enough memory" },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		const struct conf_error error = { "file", said };
		const struct conf_value value = { rows[i].item, NULL, "x", true, 7 };
		said[0] = '\0';
		assert_false(conf_value_refuse(&value, KNOT_ENOMEM, &error));
		assert_string_equal(said, rows[i].says);
	}
}

#define TEST(function) cmocka_unit_test_setup(function, clear)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_are_lower_case_without_a_dot),
		TEST(switches_are_on_or_off),
		TEST(bits_are_all_of_them),
		TEST(addresses_have_a_port_where_they_need_one),
		TEST(lists_have_their_limits),
		TEST(the_name_of_a_protocol_has_255_octets_at_most),
		TEST(memory_may_run_out),
		TEST(what_is_not_set_has_its_default),
		TEST(what_the_schema_refuses_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
