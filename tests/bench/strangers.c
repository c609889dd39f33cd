/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Strangers of all kinds that come to a server of zones over TLS, so many a second: with an unknown
 * key and with none, both with a question; with a question without TLS, and with nonsense; with a
 * ClientHello and nothing after it; and with nothing at all. None waits for an end of those before
 * it. Says how many came once it is terminated; judges nothing.
 *
 *	strangers ADDRESS PORT ZONE CERTIFICATE KEY RATE
 *	came=N seconds=N answered=N closed=N waiting=N
 */

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>

#include "../system/load_zone.h"
#include "callers.h"
#include "items.h"

#define SLOTS 4000 /* at once */
#define TICK_MS 2
#define KINDS 6
#define NET 0x7f420000u
#define ADDRESSES 0x7000u
#define TYPE_AXFR 252

static struct caller slots[SLOTS];
static size_t came, ends[CALLER_ENDS];
static uint8_t question[LOAD_QUERY_MAX], nonsense[LOAD_QUERY_MAX];
static volatile sig_atomic_t told_to_end;

static void tell_to_end(int signal)
{
	(void)signal;
	told_to_end = 1;
}

static void ended(struct caller *caller, enum caller_end end)
{
	(void)caller;
	ends[end]++;
}

/* One in four comes from the same address. */
static struct caller stranger(size_t number, X509 *certificate, EVP_PKEY *key, size_t size)
{
	struct caller made = { .from = NET + 1 +
			(in_addr_t)(number % 4 == 0 ? 0 : number % ADDRESSES),
		.words = question,
		.word_count = size };
	switch (number % KINDS) {
	case 0:
		break;
	case 1:
		made.certificate = certificate;
		made.key = key;
		break;
	case 2:
		made.manner = CALLER_PLAIN;
		made.words = number / KINDS % 2 == 0 ? question : nonsense;
		break;
	case 3:
	case 4:
		made.manner = CALLER_BEGINS;
		break;
	default:
		made.manner = CALLER_PLAIN;
		made.word_count = 0;
		break;
	}
	return made;
}

static void read_files(const char *certificate_path, const char *key_path,
	X509 **certificate, EVP_PKEY **key)
{
	FILE *certificate_file = fopen(certificate_path, "r");
	FILE *key_file = fopen(key_path, "r");
	if (certificate_file == NULL || key_file == NULL ||
		(*certificate = PEM_read_X509(certificate_file, NULL, NULL, NULL)) == NULL ||
		(*key = PEM_read_PrivateKey(key_file, NULL, NULL, NULL)) == NULL) {
		die(certificate_path);
	}
	fclose(certificate_file);
	fclose(key_file);
}

static void come(struct callers *callers, X509 *certificate, EVP_PKEY *key, size_t size,
	double rate)
{
	double began = now();
	size_t at = 0;
	while (!told_to_end) {
		size_t due = (size_t)((now() - began) * rate);
		for (size_t i = 0; i < SLOTS && came < due; i++) {
			struct caller *slot = &slots[at++ % SLOTS];
			if (slot->state == CALLER_IDLE) {
				*slot = stranger(came++, certificate, key, size);
				callers_dial(callers, slot);
			}
		}
		callers_run(callers, TICK_MS);
	}
	size_t closed = ends[CALLER_CLOSED] + ends[CALLER_TURNED_AWAY];
	printf("came=%zu seconds=%.3f answered=%zu closed=%zu waiting=%zu\n", came,
		now() - began, ends[CALLER_ANSWERED], closed,
		came - ends[CALLER_ANSWERED] - closed);
}

int main(int argc, char **argv)
{
	static const uint8_t alpn[] = { 3, 'd', 'o', 't' };
	struct callers callers = { .ended = ended };
	X509 *certificate = NULL;
	EVP_PKEY *key = NULL;
	if (argc != 7) {
		fprintf(stderr,
			"usage: strangers ADDRESS PORT ZONE CERTIFICATE KEY RATE\n");
		return 2;
	}
	signal(SIGTERM, tell_to_end);
	callers_begin(&callers, items_address(argv[1], argv[2]), "X25519", alpn,
		sizeof(alpn));
	size_t size = load_query(question, argv[3], TYPE_AXFR, 7);
	if (size == 0) {
		die(argv[3]);
	}
	for (size_t i = 0; i < sizeof(nonsense); i++) {
		nonsense[i] = (uint8_t)(i * 0x9e3779b9u >> 13);
	}
	read_files(argv[4], argv[5], &certificate, &key);
	come(&callers, certificate, key, size, strtod(argv[6], NULL));
	for (size_t i = 0; i < SLOTS; i++) {
		callers_hang_up(&callers, &slots[i]);
	}
	X509_free(certificate);
	EVP_PKEY_free(key);
	callers_end(&callers);
	return 0;
}
