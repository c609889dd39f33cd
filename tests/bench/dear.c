/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * The dearest of the chains that ../fuzz/cost.c knows, against a full TLS handshake of the same
 * run: processor time of a decision, and of the server's half of a handshake in which both show
 * a certificate. Usage: dear FOLDER|- INPUT...; into the folder goes the chain that fits through
 * knotd's TLS and whose key is known, with the key and the records. */

#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../fuzz/compose.h"
#include "../thread_time.h"
#include "dance.h"
#include "row.h"

#define INPUT_MAX 16384
#define HANDSHAKES 101
#define ROUNDS 9
#define KNOTD_MAX 60000 /* octets */

static _Noreturn void give_up(const char *what)
{
	fprintf(stderr, "dear: %s\n", what);
	exit(1);
}

static void check(int error)
{
	if (error < 0) {
		give_up(gnutls_strerror(error));
	}
}

/* --- a handshake in memory ------------------------------------------------------------------ */

struct pipe {
	unsigned char octets[65536];
	size_t begin, end;
};

struct half {
	struct pipe *from, *to;
	gnutls_session_t session;
};

static ssize_t push(gnutls_transport_ptr_t arg, const void *data, size_t size)
{
	struct pipe *to = ((struct half *)arg)->to;
	if (size > sizeof(to->octets) - to->end) {
		give_up("a flight is too long");
	}
	memcpy(to->octets + to->end, data, size);
	to->end += size;
	return (ssize_t)size;
}

static ssize_t pull(gnutls_transport_ptr_t arg, void *data, size_t size)
{
	struct half *half = arg;
	struct pipe *from = half->from;
	size_t there = from->end - from->begin;
	if (there == 0) {
		gnutls_transport_set_errno(half->session, EAGAIN);
		return -1;
	}
	size = size < there ? size : there;
	memcpy(data, from->octets + from->begin, size);
	from->begin += size;
	return (ssize_t)size;
}

static int pull_timeout(gnutls_transport_ptr_t arg, unsigned ms)
{
	(void)ms;
	const struct pipe *from = ((struct half *)arg)->from;
	return from->end > from->begin;
}

static gnutls_certificate_credentials_t make_credentials(void)
{
	static const unsigned char serial[] = { 1 };
	gnutls_certificate_credentials_t credentials;
	gnutls_x509_crt_t certificate;
	gnutls_x509_privkey_t key;
	check(gnutls_certificate_allocate_credentials(&credentials));
	check(gnutls_x509_crt_init(&certificate));
	check(gnutls_x509_privkey_init(&key));
	check(gnutls_x509_privkey_generate(key, GNUTLS_PK_ECDSA,
		GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
	check(gnutls_x509_crt_set_version(certificate, 3));
	check(gnutls_x509_crt_set_serial(certificate, serial, sizeof(serial)));
	check(gnutls_x509_crt_set_activation_time(certificate, time(NULL) - 3600));
	check(gnutls_x509_crt_set_expiration_time(certificate, time(NULL) + 86400));
	check(gnutls_x509_crt_set_key(certificate, key));
	check(gnutls_x509_crt_sign2(certificate, certificate, key, GNUTLS_DIG_SHA256, 0));
	check(gnutls_certificate_set_x509_key(credentials, &certificate, 1, key));
	gnutls_x509_crt_deinit(certificate);
	gnutls_x509_privkey_deinit(key);
	return credentials;
}

static void begin_half(struct half *half, unsigned flags, struct pipe *from,
	struct pipe *to, gnutls_certificate_credentials_t credentials)
{
	half->from = from;
	half->to = to;
	check(gnutls_init(&half->session, flags | GNUTLS_NONBLOCK));
	check(gnutls_priority_set_direct(half->session, "NORMAL:-VERS-ALL:+VERS-TLS1.3",
		NULL));
	check(gnutls_credentials_set(half->session, GNUTLS_CRD_CERTIFICATE, credentials));
	gnutls_transport_set_ptr(half->session, half);
	gnutls_transport_set_push_function(half->session, push);
	gnutls_transport_set_pull_function(half->session, pull);
	gnutls_transport_set_pull_timeout_function(half->session, pull_timeout);
}

/* The server's half, in nanoseconds. */
static double shake_hands(gnutls_certificate_credentials_t credentials)
{
	static struct pipe up, down;
	struct half client, server;
	up.begin = up.end = down.begin = down.end = 0;
	uint64_t began = thread_ns();
	begin_half(&server, GNUTLS_SERVER, &up, &down, credentials);
	gnutls_certificate_server_set_request(server.session, GNUTLS_CERT_REQUEST);
	double took = (double)(thread_ns() - began);
	begin_half(&client, GNUTLS_CLIENT, &down, &up, credentials);
	int at_client = GNUTLS_E_AGAIN, at_server = GNUTLS_E_AGAIN;
	for (int i = 0; i < 20 && (at_client != 0 || at_server != 0); i++) {
		if (at_client != 0) {
			at_client = gnutls_handshake(client.session);
		}
		began = thread_ns();
		if (at_server != 0) {
			at_server = gnutls_handshake(server.session);
		}
		took += (double)(thread_ns() - began);
	}
	if (at_client != 0 || at_server != 0) {
		give_up("no handshake");
	}
	gnutls_deinit(client.session);
	began = thread_ns();
	gnutls_deinit(server.session);
	return took + (double)(thread_ns() - began);
}

static double handshakes[HANDSHAKES]; /* from the fastest to the slowest */

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;
	return (left > right) - (left < right);
}

static void measure_handshakes(void)
{
	gnutls_certificate_credentials_t credentials = make_credentials();
	for (size_t i = 0; i < HANDSHAKES; i++) {
		handshakes[i] = shake_hands(credentials);
	}
	gnutls_certificate_free_credentials(credentials);
	qsort(handshakes, HANDSHAKES, sizeof(handshakes[0]), compare);
}

/* --- decisions ------------------------------------------------------------------------------ */

static struct composed composed;

static size_t read_input(const char *path)
{
	static uint8_t data[INPUT_MAX];
	FILE *file = fopen(path, "rb");
	if (file == NULL) {
		give_up(path);
	}
	size_t size = fread(data, 1, sizeof(data), file);
	fclose(file);
	compose(&composed, data, size);
	size = 0;
	for (size_t i = 0; i < composed.chain_count; i++) {
		size += composed.chain[i].size;
	}
	return size;
}

/* The least of some rounds: other programs only ever make it dearer. */
static double judge(void)
{
	const struct dance_options options = { .size = sizeof(options),
		.role = composed.server ? DANCE_SERVER : DANCE_CLIENT };
	const struct dance_peer peer = { .size = sizeof(peer),
		.chain = composed.chain,
		.chain_count = composed.chain_count };
	struct dance_result result = { .size = sizeof(result) };
	char name[DANCE_NAME_SIZE];
	double least = 0;
	compose_name(0, name);
	for (int i = 0; i < ROUNDS && least < DEAR_NS; i++) {
		uint64_t began = thread_ns();
		(void)dance_judge(&peer, name, composed.records, composed.record_count,
			&options, &result);
		double took = (double)(thread_ns() - began);
		least = i == 0 || took < least ? took : least;
	}
	return least;
}

static FILE *create(const char *folder, const char *name)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "wb");
	if (file == NULL) {
		give_up(path);
	}
	return file;
}

static void write_down(const char *folder)
{
	FILE *chain = create(folder, "dear.pem"), *key = create(folder, "dear.key");
	FILE *records = create(folder, "dear.records");
	gnutls_datum_t pem;
	for (size_t i = 0; i < composed.chain_count; i++) {
		const gnutls_datum_t der = { (void *)(uintptr_t)composed.chain[i].data,
			(unsigned)composed.chain[i].size };
		check(gnutls_pem_base64_encode2("CERTIFICATE", &der, &pem));
		fwrite(pem.data, 1, pem.size, chain);
		gnutls_free(pem.data);
	}
	check(gnutls_x509_privkey_export2_pkcs8(composed.key, GNUTLS_X509_FMT_PEM, NULL,
		GNUTLS_PKCS_PLAIN, &pem));
	fwrite(pem.data, 1, pem.size, key);
	gnutls_free(pem.data);
	for (size_t i = 0; i < composed.record_count; i++) {
		const struct dance_tlsa *record = &composed.records[i];
		bool seen = record->size > 200;
		for (size_t j = 0; j < i && !seen; j++) {
			const struct dance_tlsa *other = &composed.records[j];
			seen = other->usage == record->usage &&
				other->size == record->size &&
				memcmp(other->data, record->data, record->size) == 0;
		}
		if (seen) {
			continue; /* DNS holds each once, and of moderate size */
		}
		fprintf(records, "%u %u %u ", record->usage, record->selector,
			record->matching);
		for (size_t at = 0; at < record->size; at++) {
			fprintf(records, "%02x", record->data[at]);
		}
		fputc('\n', records);
	}
	if (fclose(chain) != 0 || fclose(key) != 0 || fclose(records) != 0) {
		give_up("cannot write");
	}
}

static void show(const char *which, int count, double dearest)
{
	const char *slash = strrchr(which, '/');
	printf("The dearest of %d chains: '%s'\n", count,
		slash != NULL ? slash + 1 : which);
	printf("  %.3f ms to judge it, %.3f ms a full handshake of a server\n",
		dearest / 1e6, handshakes[HANDSHAKES / 2] / 1e6);
	double ratios[HANDSHAKES];
	for (size_t i = 0; i < HANDSHAKES; i++) {
		ratios[i] = dearest / handshakes[i];
	}
	row_print("the dearest known chain / a full handshake", "libdance", "<= 20", ratios,
		HANDSHAKES);
}

int main(int argc, char **argv)
{
	if (argc < 3) {
		give_up("usage: dear FOLDER|- INPUT...");
	}
	bool writes = strcmp(argv[1], "-") != 0;
	double dearest = 0;
	const char *which = argv[2];
	measure_handshakes();
	compose_begin();
	for (int i = 2; i < argc; i++) {
		size_t size = read_input(argv[i]);
		bool counts = !writes ||
			(size <= KNOTD_MAX && composed.key != NULL && !composed.server);
		double took = counts ? judge() : 0;
		if (took > dearest) {
			dearest = took;
			which = argv[i];
			if (writes) {
				write_down(argv[1]);
			}
		}
		compose_clear(&composed);
	}
	show(which, argc - 2, dearest);
	return 0;
}
