/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Some clients of behind.c, through something that ends TLS, or straight: how fast octets go one
 * way, or how long small messages take there and back. Judges nothing.
 *
 *	octets ADDRESS PORT [ITEM=VALUE...]
 *	  cert=FILE key=FILE  what they show, over TLS 1.3; without, they speak TCP
 *	  what=download|upload|echo
 *	  clients=N   at once; 1
 *	  octets=N    that each sends or gets; with echo, of a message; 64
 *	  count=N     messages of each, with echo; 1
 *	octets=N seconds=N used=N connect=MEDIAN median=N p99=N
 *
 * seconds: from when all are connected until all are done; connect: of a client, until its first
 * octet is back; median, p99: of a message there and back (microseconds, both).
 */

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include <openssl/ssl.h>

#include "items.h"

#define CLIENTS_MAX 64
#define CHUNK (256 * 1024)
#define PATIENCE_S 30
#define COMMAND_SIZE 9

static struct {
	struct sockaddr_in server;
	const char *cert, *key, *what;
	unsigned long clients, octets, count;
	SSL_CTX *tls;
	pthread_barrier_t connected, done;
} load = { .what = "echo", .clients = 1, .octets = 64, .count = 1 };

struct client {
	pthread_t thread;
	int fd;
	SSL *ssl; /* NULL: TCP */
	double connect;
	double *took;
};

/* --- octets there and back ------------------------------------------------------------------ */

static void put(struct client *client, const uint8_t *data, size_t size)
{
	while (size > 0) {
		size_t sent = 0;
		if (client->ssl != NULL) {
			if (SSL_write_ex(client->ssl, data, size, &sent) != 1) {
				die("the connection ended while octets were sent");
			}
		} else {
			ssize_t result = send(client->fd, data, size, MSG_NOSIGNAL);
			if (result <= 0) {
				die("the connection ended while octets were sent");
			}
			sent = (size_t)result;
		}
		data += sent;
		size -= sent;
	}
}

static size_t get(struct client *client, uint8_t *data, size_t size)
{
	size_t got = 0;
	if (client->ssl != NULL) {
		if (SSL_read_ex(client->ssl, data, size, &got) != 1) {
			die("the connection ended before all octets were there");
		}
		return got;
	}
	ssize_t result = recv(client->fd, data, size, 0);
	if (result <= 0) {
		die("the connection ended before all octets were there");
	}
	return (size_t)result;
}

static void command(struct client *client, char what, uint64_t number)
{
	uint8_t octets[COMMAND_SIZE] = { (uint8_t)what };
	for (size_t i = 1; i < COMMAND_SIZE; i++) {
		octets[i] = (uint8_t)(number >> 8 * (COMMAND_SIZE - 1 - i));
	}
	put(client, octets, sizeof(octets));
}

static void download(struct client *client, uint8_t *room)
{
	command(client, 'd', load.octets);
	for (size_t left = load.octets; left > 0;) {
		left -= get(client, room, left < CHUNK ? left : CHUNK);
	}
}

static void upload(struct client *client, uint8_t *room)
{
	command(client, 'u', load.octets);
	for (size_t left = load.octets; left > 0;) {
		size_t size = left < CHUNK ? left : CHUNK;
		put(client, room, size);
		left -= size;
	}
	(void)get(client, room, 1);
}

static void echo(struct client *client, uint8_t *room)
{
	for (unsigned long i = 0; i < load.count; i++) {
		double began = now();
		put(client, room, load.octets);
		for (size_t left = load.octets; left > 0;) {
			left -= get(client, room, left);
		}
		client->took[i] = (now() - began) * 1e6;
	}
}

/* --- connections ---------------------------------------------------------------------------- */

static void secure(struct client *client)
{
	client->ssl = SSL_new(load.tls);
	if (client->ssl == NULL || SSL_set_fd(client->ssl, client->fd) != 1 ||
		SSL_connect(client->ssl) != 1) {
		die("no handshake");
	}
}

/* Until the server behind has been heard of: an upload of nothing is answered at once. */
static void connect_one(struct client *client)
{
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	const int on = 1;
	double began = now();
	uint8_t octet;
	client->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (client->fd < 0 ||
		connect(client->fd, (const struct sockaddr *)&load.server,
			sizeof(load.server)) != 0) {
		die("nobody is there");
	}
	setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(client->fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(client->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (load.tls != NULL) {
		secure(client);
	}
	command(client, 'u', 1);
	put(client, (const uint8_t *)"x", 1);
	(void)get(client, &octet, 1);
	client->connect = (now() - began) * 1e6;
}

static void *be_client(void *arg)
{
	struct client *client = arg;
	uint8_t *room = malloc(CHUNK);
	if (room == NULL) {
		die("no memory for octets");
	}
	memset(room, 'x', CHUNK);
	connect_one(client);
	pthread_barrier_wait(&load.connected);
	if (strcmp(load.what, "download") == 0) {
		download(client, room);
	} else if (strcmp(load.what, "upload") == 0) {
		upload(client, room);
	} else {
		echo(client, room);
	}
	pthread_barrier_wait(&load.done);
	if (client->ssl != NULL) {
		(void)SSL_shutdown(client->ssl);
		SSL_free(client->ssl);
	}
	close(client->fd);
	free(room);
	return NULL;
}

/* --- what to do, and what came of it --------------------------------------------------------- */

static void make_context(void)
{
	if (load.cert == NULL) {
		return;
	}
	load.tls = SSL_CTX_new(TLS_client_method());
	/* The same for all that it is measured with. */
	if (load.tls == NULL || !SSL_CTX_set_min_proto_version(load.tls, TLS1_3_VERSION) ||
		!SSL_CTX_set1_groups_list(load.tls, "X25519") ||
		!SSL_CTX_set_ciphersuites(load.tls, "TLS_AES_256_GCM_SHA384") ||
		SSL_CTX_use_certificate_chain_file(load.tls, load.cert) != 1 ||
		SSL_CTX_use_PrivateKey_file(load.tls, load.key, SSL_FILETYPE_PEM) != 1) {
		die("no TLS");
	}
	(void)SSL_CTX_set_session_cache_mode(load.tls, SSL_SESS_CACHE_OFF);
}

static void prepare(int argc, char **argv, struct client *clients)
{
	const struct item items[] = {
		{ "cert", &load.cert, NULL },
		{ "key", &load.key, NULL },
		{ "what", &load.what, NULL },
		{ "clients", NULL, &load.clients },
		{ "octets", NULL, &load.octets },
		{ "count", NULL, &load.count },
	};
	if (argc < 3) {
		fprintf(stderr, "usage: octets ADDRESS PORT [ITEM=VALUE...]\n");
		exit(2);
	}
	load.server = items_address(argv[1], argv[2]);
	for (int i = 3; i < argc; i++) {
		items_read(items, sizeof(items) / sizeof(items[0]), argv[i]);
	}
	bool is_echo = strcmp(load.what, "echo") == 0;
	if (!is_echo && strcmp(load.what, "download") != 0 &&
		strcmp(load.what, "upload") != 0) {
		die(load.what);
	}
	if (load.clients == 0 || load.clients > CLIENTS_MAX || load.octets == 0 ||
		(is_echo && load.octets > CHUNK) ||
		(load.cert == NULL) != (load.key == NULL)) {
		die("that is too many, too few, or half a certificate");
	}
	make_context();
	for (unsigned long i = 0; i < load.clients; i++) {
		clients[i].took = calloc(load.count, sizeof(double));
		if (clients[i].took == NULL) {
			die("no memory for so many messages");
		}
	}
	pthread_barrier_init(&load.connected, NULL, (unsigned)load.clients + 1);
	pthread_barrier_init(&load.done, NULL, (unsigned)load.clients + 1);
	signal(SIGPIPE, SIG_IGN);
}

static void report(const struct client *clients, double seconds)
{
	size_t messages = strcmp(load.what, "echo") == 0 ? load.clients * load.count : 0;
	double *took = calloc(messages + 1, sizeof(*took)), connect[CLIENTS_MAX];
	if (took == NULL) {
		die("no memory for so many messages");
	}
	for (size_t i = 0; i < load.clients; i++) {
		connect[i] = clients[i].connect;
		for (size_t j = 0; j < load.count && messages > 0; j++) {
			took[i * load.count + j] = clients[i].took[j];
		}
	}
	printf("octets=%lu seconds=%.6f used=%.3f connect=%.1f median=%.2f p99=%.2f\n",
		load.clients * load.octets * (messages > 0 ? load.count : 1), seconds,
		seconds_used(), percentile(connect, load.clients, 50),
		percentile(took, messages, 50), percentile(took, messages, 99));
	free(took);
}

int main(int argc, char **argv)
{
	static struct client clients[CLIENTS_MAX];
	prepare(argc, argv, clients);
	for (unsigned long i = 0; i < load.clients; i++) {
		if (pthread_create(&clients[i].thread, NULL, be_client, &clients[i]) != 0) {
			die("no more threads");
		}
	}
	pthread_barrier_wait(&load.connected);
	double began = now();
	pthread_barrier_wait(&load.done);
	double seconds = now() - began;
	for (unsigned long i = 0; i < load.clients; i++) {
		pthread_join(clients[i].thread, NULL);
	}
	report(clients, seconds);
	for (unsigned long i = 0; i < load.clients; i++) {
		free(clients[i].took);
	}
	SSL_CTX_free(load.tls);
	return 0;
}
