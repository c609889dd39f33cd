/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The test itself is the client: it makes each handshake, query and answer in turn. */

#include "server_scene.h"

#include "check.h"
#include "dance_openssl.h"
#include "scene.h"
#include "server_mode.h"

#include <openssl/err.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

const struct tls_word said = SAID("\x09" NAME), silence;

struct server_scene scene;
struct far_end far_ends[3], *far = far_ends;

enum dance_verdict __real_dance_verify(struct dance_roster *with,
	const struct dance_peer *peer, struct dance_result *decided);
enum dance_verdict __wrap_dance_verify(struct dance_roster *with,
	const struct dance_peer *peer, struct dance_result *decided);
enum dance_verdict __real_dance_decision_take(struct dance_decision *decision,
	struct dance_result *decided);
enum dance_verdict __wrap_dance_decision_take(struct dance_decision *decision,
	struct dance_result *decided);
int __real_clock_gettime(clockid_t clock, struct timespec *now);
int __wrap_clock_gettime(clockid_t clock, struct timespec *now);

enum dance_verdict __wrap_dance_verify(struct dance_roster *with,
	const struct dance_peer *peer, struct dance_result *decided)
{
	atomic_fetch_add(&scene.decisions, 1);
	atomic_fetch_add(&scene.now_s, (long)scene.lasts_s);
	return __real_dance_verify(with, peer, decided);
}

/* It may have to be asked again, and is one decision. */
enum dance_verdict __wrap_dance_decision_take(struct dance_decision *decision,
	struct dance_result *decided)
{
	enum dance_verdict verdict = __real_dance_decision_take(decision, decided);
	if (verdict == DANCE_UNDECIDED) {
		atomic_fetch_add(&scene.undecided, 1);
	} else {
		atomic_fetch_add(&scene.decisions, 1);
		atomic_fetch_add(&scene.now_s, (long)scene.lasts_s);
	}
	return verdict;
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	if (clock != CLOCK_BOOTTIME) {
		int result = __real_clock_gettime(clock, now);
		now->tv_sec += clock == CLOCK_MONOTONIC ? atomic_load(&scene.later_s) : 0;
		return result;
	}
	*now = (struct timespec){ .tv_sec = atomic_load(&scene.now_s) };
	atomic_fetch_add(&scene.looks, 1);
	return 0;
}

void configure(struct config config)
{
	char text[1024];
	snprintf(text, sizeof(text),
		"server:\n    handshake-timeout: %d\n%s"
		"dns:\n    timeout: 20\n"
		"identity:\n  - id: it\n    name: \"%s\"\n    address: %s\n"
		"front:\n  - id: %s\n    listen: 192.0.2.1\n    key-file: %s\n"
		"    server: 127.0.0.1@%u\n    identity: it\n%s",
		PATIENCE_S, config.limits != NULL ? config.limits : "",
		config.name != NULL ? config.name : NAME,
		config.address != NULL ? config.address : "192.0.2.2",
		config.id != NULL ? config.id : "xot", front_scene_key_file(),
		config.server != 0 ? config.server : 9u,
		config.more != NULL ? config.more : "");
	front_scene_install(text);
}

int server_scene_begin(void **state)
{
	int wrong = front_scene_begin(state);
	far = far_ends;
	scene.now_s = 1000;
	scene.later_s = 0;
	scene.lasts_s = 0;
	publish(NAME, TTL, &mine);
	publish("b.example", TTL, &other);
	configure((struct config){ .name = NAME });
	return wrong;
}

void come(const struct credential *own, const struct tls_word *word)
{
	int near;
	atomic_store(&scene.decisions, 0);
	atomic_store(&scene.undecided, 0);
	atomic_store(&scene.looks, 0);
	socket_pair(&near, &far->fd);
	far->ctx = tls_new(own, NULL);
	tls_say(far->ctx, DANCE_OPENSSL_EXTENSION, word);
	assert_int_equal(SSL_CTX_set_alpn_protos(far->ctx,
				 (const unsigned char *)"\x03"
							"dot",
				 4),
		0);
	far->ssl = SSL_new(far->ctx);
	far->seen.alert = -1;
	assert_true(SSL_set_app_data(far->ssl, &far->seen));
	assert_true(SSL_set_fd(far->ssl, far->fd));
	serve(server_mode_begin, near, false, "xot");
	assert_true(SSL_connect(far->ssl) == 1);
}

static void hear(uint8_t *octets, size_t size)
{
	for (size_t got; size > 0; octets += got, size -= got) {
		got = 0;
		assert_true(SSL_read_ex(far->ssl, octets, size, &got));
	}
}

void say(const uint8_t *message, size_t size)
{
	uint8_t octets[2 + 1024];
	size_t put;
	octets[0] = (uint8_t)(size >> 8);
	octets[1] = (uint8_t)size;
	memcpy(octets + 2, message, size);
	assert_true(SSL_write_ex(far->ssl, octets, 2 + size, &put));
}

size_t hear_message(uint8_t answer[MESSAGE_MAX])
{
	uint8_t length[2];
	hear(length, sizeof(length));
	size_t size = (size_t)length[0] << 8 | length[1];
	hear(answer, size);
	return size;
}

int ask_for(uint16_t type)
{
	uint8_t query[] = "\0\1\0\0\0\1\0\0\0\0\0\1"
			  "\7example\0\0\1\0\1"
			  "\0\0\x29\x10\0\0\0\0\0\0";
	uint8_t answer[MESSAGE_MAX];
	query[22] = (uint8_t)type;
	say(query, sizeof(query));
	assert_true(message_read_reply(answer, hear_message(answer), &scene.reply));
	return scene.reply.ede;
}

void leave(bool closed)
{
	uint8_t octet;
	size_t got;
	if (closed) {
		assert_false(SSL_read_ex(far->ssl, &octet, 1, &got));
		assert_int_not_equal(SSL_get_error(far->ssl, 0), SSL_ERROR_WANT_READ);
	}
	SSL_free(far->ssl);
	SSL_CTX_free(far->ctx);
	ERR_clear_error();
	close(far->fd);
	await_served();
}

void asks(int answer, unsigned decided)
{
	assert_int_equal(ask_for(DNS_A), answer);
	assert_int_equal(atomic_load(&scene.decisions), decided);
}
