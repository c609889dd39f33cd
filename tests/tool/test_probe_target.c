/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A server's words on the command line, and the addresses that need no DNS. */

#include "../check.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "probe_target.h"

/* --- a resolver, a clock and threads of our own ------------------------------------------ */

static struct {
	bool real;
	size_t count; /* addresses that are found */
	int error;    /* instead of them */
	const char *
		unnamed; /* the host is this one; then no text can be had of its first address */
	bool late;       /* it answers when `go` is posted */
	sem_t go, gone;
	char host[DANCE_NAME_SIZE], port[8];
	int flags, type;
	unsigned freed;
	bool no_memory, no_thread;
	struct timespec now, until;
} world;

int __real_getaddrinfo(const char *host, const char *port, const struct addrinfo *hints,
	struct addrinfo **found);
int __wrap_getaddrinfo(const char *host, const char *port, const struct addrinfo *hints,
	struct addrinfo **found);
int __wrap_getaddrinfo(const char *host, const char *port, const struct addrinfo *hints,
	struct addrinfo **found)
{
	if (world.real) {
		return __real_getaddrinfo(host, port, hints, found);
	}
	snprintf(world.host, sizeof(world.host), "%s", host);
	snprintf(world.port, sizeof(world.port), "%s", port);
	world.flags = hints->ai_flags;
	world.type = hints->ai_socktype;
	if (world.late) {
		sem_wait(&world.go);
	}
	if (world.error != 0) {
		return world.error;
	}
	*found = NULL;
	for (size_t i = world.count; i > 0; i--) {
		struct addrinfo *one = calloc(1, sizeof(*one));
		struct sockaddr_in *to = calloc(1, sizeof(*to));
		to->sin_family = AF_INET;
		to->sin_addr.s_addr = htonl(0xc0000200 + (uint32_t)i);
		*one = (struct addrinfo){ .ai_family = AF_INET,
			.ai_addr = (struct sockaddr *)to,
			.ai_addrlen = sizeof(*to),
			.ai_next = *found };
		*found = one;
	}
	return 0;
}

void __real_freeaddrinfo(struct addrinfo *at);
void __wrap_freeaddrinfo(struct addrinfo *at);
void __wrap_freeaddrinfo(struct addrinfo *at)
{
	world.freed++;
	if (world.real) {
		__real_freeaddrinfo(at);
	} else {
		while (at != NULL) {
			struct addrinfo *next = at->ai_next;
			free(at->ai_addr);
			free(at);
			at = next;
		}
	}
	if (world.late) {
		sem_post(&world.gone);
	}
}

int __real_getnameinfo(const struct sockaddr *address, socklen_t size, char *host,
	socklen_t host_size, char *port, socklen_t port_size, int flags);
int __wrap_getnameinfo(const struct sockaddr *address, socklen_t size, char *host,
	socklen_t host_size, char *port, socklen_t port_size, int flags);
int __wrap_getnameinfo(const struct sockaddr *address, socklen_t size, char *host,
	socklen_t host_size, char *port, socklen_t port_size, int flags)
{
	int error = __real_getnameinfo(address, size, host, host_size, port, port_size,
		flags);
	if (world.unnamed != NULL && strcmp(host, world.unnamed) == 0) {
		return EAI_FAIL;
	}
	return error;
}

void *__real_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_calloc(size_t count, size_t size)
{
	return world.no_memory ? NULL : __real_calloc(count, size);
}

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*run)(void *), void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*run)(void *), void *arg);
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
	void *(*run)(void *), void *arg)
{
	return world.no_thread ? EAGAIN :
				 __real_pthread_create(thread, attributes, run, arg);
}

int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	if (!world.late) {
		return __real_clock_gettime(clock, now);
	}
	assert_int_equal(clock, CLOCK_MONOTONIC);
	*now = world.now;
	return 0;
}

int __real_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *lock,
	const struct timespec *until);
int __wrap_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *lock,
	const struct timespec *until);
int __wrap_pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *lock,
	const struct timespec *until)
{
	if (!world.late) {
		return __real_pthread_cond_timedwait(condition, lock, until);
	}
	world.until = *until;
	return ETIMEDOUT;
}

static int begin(void **state)
{
	(void)state;
	memset(&world, 0, sizeof(world));
	return sem_init(&world.go, 0, 0) == 0 && sem_init(&world.gone, 0, 0) == 0 ? 0 : -1;
}

/* --- words ------------------------------------------------------------------------------- */

#define PORT "the port must be 1 to 65535"

static void words(void **state)
{
	(void)state;
	static const struct {
		const char *text, *host; /* or why it is no server */
		unsigned port;           /* 0: it is no server */
		bool is_address;
	} rows[] = {
		{ "192.0.2.1", "192.0.2.1", 853, true },
		{ "192.0.2.1@5353", "192.0.2.1", 5353, true },
		{ "192.0.2.1@0099", "192.0.2.1", 99, true },
		{ "192.0.2.1@9", "192.0.2.1", 9, true },
		{ "2001:db8::1@1", "2001:db8::1", 1, true },
		{ "ns1.example.com", "ns1.example.com", 853, false },
		{ "ns1.example.com.@65535", "ns1.example.com", 65535, false },
		{ "", "the name is empty", 0, false },
		{ "@853", "the name is empty", 0, false },
		{ "192.0.2.1@", PORT, 0, false },
		{ "192.0.2.1@0", PORT, 0, false },
		{ "192.0.2.1@65536", PORT, 0, false },
		{ "192.0.2.1@4294967297", PORT, 0, false },
		{ "192.0.2.1@+1", PORT, 0, false },
		{ "192.0.2.1@ 1", PORT, 0, false },
		{ "192.0.2.1@:1", PORT, 0, false },
		{ "192.0.2.1@53x", PORT, 0, false },
		{ "192.0.2.1@53@53", PORT, 0, false },
		{ "[2001:db8::1]", NULL, 0, false },
		{ "192.0.2.1:853", NULL, 0, false },
		{ "a b", NULL, 0, false },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct probe_request request = { .port = 0 };
		const char *why = NULL;
		bool fine = probe_target_read(rows[i].text, &request, &why);
		check_true(rows[i].text, fine == (rows[i].port != 0));
		if (fine) {
			assert_string_equal(request.host, rows[i].host);
			assert_int_equal(request.port, rows[i].port);
			check_true(rows[i].text, request.is_address == rows[i].is_address);
		} else if (rows[i].host != NULL) {
			assert_string_equal(why, rows[i].host);
		} else {
			assert_non_null(why);
		}
	}
	/* The longest name that there is room for is too long for DNS. */
	struct probe_request request;
	char text[DANCE_NAME_SIZE + 2];
	const char *why = NULL;
	memset(text, 'a', sizeof(text));
	text[DANCE_NAME_SIZE] = '\0';
	assert_false(probe_target_read(text, &request, &why));
	assert_string_equal(why, "the name is too long");
	/* What follows the address is not in the host. */
	memset(&request, 'x', sizeof(request));
	assert_true(probe_target_read("::1", &request, &why));
	assert_memory_equal(request.host, "::1\0x", 5);
}

/* RFC 6698 3 */
static void owner_names(void **state)
{
	(void)state;
	struct probe_request request = { .port = 853 };
	const char *why = NULL;
	char text[DANCE_NAME_SIZE];
	assert_true(probe_target_name(&request, "ns1.example.com.", &why));
	assert_string_equal(request.server_name, "ns1.example.com");
	assert_string_equal(request.server_owner, "_853._tcp.ns1.example.com");
	request.port = 65535;
	assert_true(probe_target_name(&request, "ns1.example.com", &why));
	assert_string_equal(request.server_owner, "_65535._tcp.ns1.example.com");
	assert_false(probe_target_name(&request, "*.example.com", &why));
	/* A name for which there is no room below it. */
	memset(text, 'a', sizeof(text));
	text[63] = text[127] = text[191] = '.';
	text[242] = '\0';
	assert_false(probe_target_name(&request, text, &why));
	text[241] = '\0';
	assert_true(probe_target_name(&request, text, &why));
}

static void keys(void **state)
{
	(void)state;
	unsigned char key[DANCE_SHA256_SIZE];
	char text[PROBE_KEY_SIZE + 1];
	char hex[PROBE_KEY_SIZE];
	memset(text, 'f', sizeof(text));
	memcpy(text, "1032547698badcfeABCDEF", 22);
	text[64] = '\0';
	assert_true(probe_target_key(text, key));
	assert_memory_equal(key, "\x10\x32\x54\x76\x98\xba\xdc\xfe\xab\xcd\xef\xff", 12);
	assert_string_equal(probe_key_text(key, hex) + 22, text + 22);
	text[64] = 'f';
	text[65] = '\0';
	assert_false(probe_target_key(text, key));
	text[63] = '\0';
	assert_false(probe_target_key(text, key));
	text[64] = '\0';
	for (int c = 1; c < 256; c++) {
		text[63] = (char)c;
		check_true(text, probe_target_key(text, key) == (isxdigit(c) != 0));
		text[63] = 'f';
		text[0] = (char)c;
		check_true(text, probe_target_key(text, key) == (isxdigit(c) != 0));
		text[0] = 'f';
	}
	assert_false(probe_target_key("", key));
}

/* As Knot DNS logs it. */
static void keys_in_base64(void **state)
{
	(void)state;
	unsigned char key[DANCE_SHA256_SIZE];
	static const char *const wrong[] = {
		"8UZZPbOcJqFvJ7CIbW0sJzQ0GM5nvA8mlKsWNk0oW/8",  /* no padding */
		"8UZZPbOcJqFvJ7CIbW0sJzQ0GM5nvA8mlKsWNk0oW/9=", /* bits that must be 0 */
		"8UZZPbOcJqFvJ7CIbW0sJzQ0GM5nvA8mlKsWNk0oWw==", /* 31 octets */
		"8UZZPbOcJqFvJ7CIbW0sJzQ0GM5nvA8mlKsWNk0oW//A", /* 33 octets */
		"8UZZPbOcJqFvJ7CIbW0sJzQ0GM5nvA8mlKsWNk0oW/8A", /* 33 octets */
		"8UZZPbOcJqFvJ7CIbW0sJzQ0GM5nvA8mlKsWNk0oW/8!",
		" 8UZZPbOcJqFvJ7CIbW0sJzQ0GM5nvA8mlKsWNk0oW/8",
		"8UZZPbOcJqFvJ7CIbW0sJzQ0GM5nvA8mlKsWNk0oW_8=", /* of base64url */
	};
	assert_true(probe_target_key("8UZZPbOcJqFvJ7CIbW0sJzQ0GM5nvA8mlKsWNk0oW/8=", key));
	assert_memory_equal(key, "\xf1\x46\x59\x3d\xb3\x9c\x26\xa1\x6f\x27", 10);
	assert_int_equal(key[31], 0xff);
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_false(probe_target_key(wrong[i], key));
	}
}

static void addresses(void **state)
{
	(void)state;
	struct probe_address found[PROBE_ADDRESSES_MAX];
	struct probe_request request = { .port = 0 };
	char why[DANCE_ERROR_SIZE] = "";
	const char *wrong;
	world.real = true;
	assert_true(probe_target_read("127.0.0.9@5300", &request, &wrong));
	assert_int_equal(probe_target_find(&request, found, 10000, why), 1);
	assert_string_equal(found[0].text, "127.0.0.9");
	assert_int_equal(found[0].size, sizeof(struct sockaddr_in));
	const struct sockaddr_in *four = (const struct sockaddr_in *)&found[0].socket;
	assert_int_equal(ntohs(four->sin_port), 5300);
	probe_address_set_port(&found[0], 53);
	assert_int_equal(ntohs(four->sin_port), 53);
	assert_true(probe_target_read("::1", &request, &wrong));
	assert_int_equal(probe_target_find(&request, found, 10000, why), 1);
	assert_int_equal(found[0].size, sizeof(struct sockaddr_in6));
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&found[0].socket;
	assert_int_equal(ntohs(six->sin6_port), 853);
	probe_address_set_port(&found[0], 53);
	assert_int_equal(ntohs(six->sin6_port), 53);
	assert_int_equal(world.freed, 2);
}

static size_t look_up(const char *server, struct probe_address *found, char *why)
{
	struct probe_request request = { .port = 0 };
	const char *wrong;
	assert_true(probe_target_read(server, &request, &wrong));
	return probe_target_find(&request, found, 1000250, why);
}

static void what_is_looked_up(void **state)
{
	(void)state;
	struct probe_address found[PROBE_ADDRESSES_MAX];
	char why[DANCE_ERROR_SIZE] = "";
	world.count = 1;
	assert_int_equal(look_up("ns1.example@65535", found, why), 1);
	assert_string_equal(world.host, "ns1.example");
	assert_string_equal(world.port, "65535");
	assert_int_equal(world.type, SOCK_STREAM);
	assert_int_equal(world.flags, AI_NUMERICSERV);
	assert_int_equal(look_up("192.0.2.1", found, why), 1);
	assert_string_equal(world.port, "853");
	assert_int_equal(world.flags, AI_NUMERICSERV | AI_NUMERICHOST);
	assert_string_equal(why, "");
	assert_int_equal(world.freed, 2);
}

static void eight_addresses_are_taken(void **state)
{
	(void)state;
	struct {
		struct probe_address found[PROBE_ADDRESSES_MAX];
		char after[sizeof(struct probe_address)];
	} place;
	char why[DANCE_ERROR_SIZE] = "", nothing[sizeof(place.after)];
	memset(&place, 'x', sizeof(place));
	memset(nothing, 'x', sizeof(nothing));
	world.count = 9;
	assert_int_equal(look_up("a.example", place.found, why), 8);
	assert_string_equal(place.found[0].text, "192.0.2.1");
	assert_string_equal(place.found[7].text, "192.0.2.8");
	assert_memory_equal(place.after, nothing, sizeof(nothing));
	/* One of which there is no text is passed over. */
	world.unnamed = "192.0.2.1";
	assert_int_equal(look_up("a.example", place.found, why), 8);
	assert_string_equal(place.found[0].text, "192.0.2.2");
	assert_string_equal(place.found[7].text, "192.0.2.9");
	assert_string_equal(why, "");
}

static void no_address(void **state)
{
	(void)state;
	struct probe_address found[PROBE_ADDRESSES_MAX];
	char why[DANCE_ERROR_SIZE] = "";
	assert_int_equal(look_up("a.example", found, why), 0);
	assert_string_equal(why, "no address");
	world.error = EAI_NONAME;
	assert_int_equal(look_up("a.example", found, why), 0);
	assert_string_equal(why, gai_strerror(EAI_NONAME));
	world.error = 0;
	world.no_memory = true;
	assert_int_equal(look_up("a.example", found, why), 0);
	assert_string_equal(why, "out of memory");
	world.no_memory = false;
	strcpy(why, "");
	world.no_thread = true;
	assert_int_equal(look_up("a.example", found, why), 0);
	assert_string_equal(why, "out of memory");
	assert_int_equal(world.freed, 0);
}

/* The search then is the thread's, which frees what it finds. */
static void an_answer_that_is_late(void **state)
{
	(void)state;
	static const struct {
		struct timespec now, until; /* 1,000,250 ms later */
	} rows[] = {
		{ { 100, 0 }, { 1100, 250000000 } },
		{ { 100, 749999999 }, { 1100, 999999999 } },
		{ { 100, 750000000 }, { 1101, 0 } },
		{ { 100, 999999999 }, { 1101, 249999999 } },
	};
	for (size_t i = 0; i < ROWS(rows); i++) {
		struct probe_address found[PROBE_ADDRESSES_MAX];
		char why[DANCE_ERROR_SIZE] = "";
		world.late = true;
		world.count = 1;
		world.now = rows[i].now;
		assert_int_equal(look_up("a.example", found, why), 0);
		assert_string_equal(why, "no answer in 1000250 ms");
		assert_int_equal(world.until.tv_sec, rows[i].until.tv_sec);
		assert_int_equal(world.until.tv_nsec, rows[i].until.tv_nsec);
		assert_int_equal(world.freed, i);
		sem_post(&world.go);
		sem_wait(&world.gone);
		assert_int_equal(world.freed, i + 1);
	}
}

#define ONE(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ONE(words),
		ONE(owner_names),
		ONE(keys),
		ONE(keys_in_base64),
		ONE(addresses),
		ONE(what_is_looked_up),
		ONE(eight_addresses_are_taken),
		ONE(no_address),
		ONE(an_answer_that_is_late),
	};
	return cmocka_run_group_tests_name("probe_target", tests, NULL, NULL);
}
