/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * DNS for the example of libdance(3) with an event loop, instead of the real one: the record of its
 * client comes after the first call, so that the example must be woken for it. */

#include "fake_resolver.h"

#include <gnutls/crypto.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define NAME "sensor7._device.example.com"

static const unsigned char key[] = "\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00"
				   "the client's public key, 32 byte";
static unsigned char digest[32];
static const struct dance_tlsa record = { 3, 1, 1, digest, sizeof(digest) };

static void *answer(void *arg)
{
	const struct timespec moment = { 0, 20000000 };
	while (fake_resolver_under_way() == 0) {
		nanosleep(&moment, NULL);
	}
	nanosleep(&moment, NULL);
	fake_resolver_release(NAME);
	return arg;
}

static void __attribute__((constructor)) begin(void)
{
	const struct fake_answer told = { .outcome = RESOLVER_SECURE,
		.records = &record,
		.count = 1,
		.ttl = 60,
		.held = true };
	pthread_t thread;
	fake_resolver_reset();
	fake_resolver_set(NAME, &told);
	if (gnutls_hash_fast(GNUTLS_DIG_SHA256, key, sizeof(key) - 1, digest) != 0 ||
		pthread_create(&thread, NULL, answer, NULL) != 0 ||
		pthread_detach(thread) != 0) {
		abort();
	}
}
