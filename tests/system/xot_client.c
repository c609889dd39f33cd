/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A client that hoards session tickets: it asks a server for a zone over TLS with a
 * certificate, keeps every ticket it is given, then asks again with each of them, oldest
 * first. It prints a line for each connection and judges nothing.
 *
 *	xot_client ADDRESS ZONE CERTIFICATE KEY
 *	handshake=full|resumed port=N rcode=N answers=N tickets=N
 */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gnutls/gnutls.h>

#include "dial.h"

#define PRIORITIES "NORMAL:-VERS-ALL:+VERS-TLS1.3"
#define PORT 853
#define TICKETS_MAX 8
#define TYPE_AXFR 252
#define CLASS_IN 1
#define QUERY_MAX (2 + 12 + 255 + 4)
#define MESSAGE_MAX 65535

struct purse {
	gnutls_datum_t tickets[TICKETS_MAX];
	unsigned count;
};

struct connection {
	gnutls_session_t session;
	int socket;
	uint16_t port;
};

static void die(const char *what, int error)
{
	fprintf(stderr, "xot_client: %s: %s\n", what,
		error < 0 ? gnutls_strerror(error) : "no");
	exit(1);
}

/* A ticket can only be fetched before the next one comes. */
static int keep_ticket(gnutls_session_t session, unsigned type, unsigned when,
	unsigned incoming, const gnutls_datum_t *message)
{
	struct purse *purse = gnutls_session_get_ptr(session);

	(void)type, (void)when, (void)message;
	if (incoming && purse != NULL && purse->count < TICKETS_MAX &&
		gnutls_session_get_data2(session, &purse->tickets[purse->count]) == 0) {
		purse->count++;
	}
	return 0;
}

static void open_connection(struct connection *connection, const char *address,
	gnutls_certificate_credentials_t credentials, const gnutls_datum_t *ticket,
	struct purse *purse)
{
	const gnutls_datum_t alpn = { (unsigned char *)"dot", 3 };
	int error;

	connection->socket = dial(address, PORT, &connection->port);
	error = gnutls_init(&connection->session, GNUTLS_CLIENT);
	if (error == 0) {
		error = gnutls_priority_set_direct(connection->session, PRIORITIES, NULL);
	}
	if (error == 0) {
		error = gnutls_credentials_set(connection->session, GNUTLS_CRD_CERTIFICATE,
			credentials);
	}
	if (error == 0) {
		error = gnutls_alpn_set_protocols(connection->session, &alpn, 1, 0);
	}
	if (error == 0 && ticket != NULL) {
		error = gnutls_session_set_data(connection->session, ticket->data,
			ticket->size);
	}
	if (error < 0) {
		die("preparing a session", error);
	}
	gnutls_session_set_ptr(connection->session, purse);
	gnutls_handshake_set_hook_function(connection->session,
		GNUTLS_HANDSHAKE_NEW_SESSION_TICKET, GNUTLS_HOOK_POST, keep_ticket);
	gnutls_transport_set_int(connection->session, connection->socket);
	do {
		error = gnutls_handshake(connection->session);
	} while (error < 0 && !gnutls_error_is_fatal(error));
	if (error < 0) {
		die("handshake", error);
	}
}

static void close_connection(struct connection *connection)
{
	gnutls_bye(connection->session, GNUTLS_SHUT_WR);
	gnutls_deinit(connection->session);
	close(connection->socket);
}

/* A query for the transfer of a zone, its length before it; how long that all is. */
static size_t make_query(uint8_t *wire, const char *zone)
{
	static const uint8_t header[12] = { 0x20, 0x26, [5] = 1 };
	uint8_t *end = wire + 2;
	const char *label = zone;

	memcpy(end, header, sizeof(header));
	end += sizeof(header);
	while (*label != '\0' && strcmp(label, ".") != 0) {
		size_t length = strcspn(label, ".");

		if (length == 0 || length > 63 || end + 1 + length > wire + 2 + 12 + 254) {
			fprintf(stderr, "xot_client: not a name: %s\n", zone);
			exit(2);
		}
		*end++ = (uint8_t)length;
		memcpy(end, label, length);
		end += length;
		label += length + (label[length] == '.');
	}
	*end++ = 0;
	*end++ = 0;
	*end++ = TYPE_AXFR;
	*end++ = 0;
	*end++ = CLASS_IN;
	wire[0] = (uint8_t)((end - wire - 2) >> 8);
	wire[1] = (uint8_t)(end - wire - 2);
	return (size_t)(end - wire);
}

static void receive(gnutls_session_t session, uint8_t *into, size_t count)
{
	while (count > 0) {
		ssize_t got = gnutls_record_recv(session, into, count);

		if (got == GNUTLS_E_AGAIN || got == GNUTLS_E_INTERRUPTED) {
			got = 0;
		} else if (got <= 0) {
			die("no answer", (int)got);
		}
		into += got;
		count -= (size_t)got;
	}
}

/* Asks for the zone and prints what came; only the first message is waited for. */
static void ask(struct connection *connection, const char *zone, const struct purse *purse)
{
	static uint8_t message[2 + MESSAGE_MAX];
	uint8_t query[QUERY_MAX];
	size_t length = make_query(query, zone);
	ssize_t sent = gnutls_record_send(connection->session, query, length);
	bool resumed = gnutls_session_is_resumed(connection->session);

	if (sent != (ssize_t)length) {
		die("sending a query", (int)sent);
	}
	receive(connection->session, message, 2);
	length = (size_t)message[0] << 8 | message[1];
	if (length < 12) {
		die("a message too short", 0);
	}
	receive(connection->session, message + 2, length);
	printf("handshake=%s port=%u rcode=%d answers=%d tickets=%u\n",
		resumed ? "resumed" : "full", connection->port, message[2 + 3] & 15,
		message[2 + 6] << 8 | message[2 + 7], purse->count);
}

int main(int argc, char **argv)
{
	gnutls_certificate_credentials_t credentials;
	struct connection connection;
	struct purse first = { .count = 0 };
	int error;

	if (argc != 5) {
		fprintf(stderr, "usage: xot_client ADDRESS ZONE CERTIFICATE KEY\n");
		return 2;
	}
	error = gnutls_certificate_allocate_credentials(&credentials);
	if (error == 0) {
		error = gnutls_certificate_set_x509_key_file(credentials, argv[3], argv[4],
			GNUTLS_X509_FMT_PEM);
	}
	if (error < 0) {
		die("reading the certificate and its key", error);
	}
	open_connection(&connection, argv[1], credentials, NULL, &first);
	ask(&connection, argv[2], &first);
	close_connection(&connection);
	for (unsigned i = 0; i < first.count; i++) {
		struct purse later = { .count = 0 };

		open_connection(&connection, argv[1], credentials, &first.tickets[i],
			&later);
		ask(&connection, argv[2], &later);
		close_connection(&connection);
		for (unsigned j = 0; j < later.count; j++) {
			gnutls_free(later.tickets[j].data);
		}
		gnutls_free(first.tickets[i].data);
	}
	gnutls_certificate_free_credentials(credentials);
	return 0;
}
