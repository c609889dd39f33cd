/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * A server behind a stream, for measurements. It skips a PROXY header, if one comes, and obeys the
 * octet after it, as often as one comes:
 *
 *	d NUMBER  sends so many octets
 *	u NUMBER  takes so many octets, and then sends one
 *	other     sends back everything from this octet on
 *
 * NUMBER has eight octets, the highest first. Usage: behind ADDRESS@PORT|PATH...; says "listening"
 * when it does. Knows nothing of who is before it.
 */

#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "items.h"

#define EVENTS 256
#define CHUNK (256 * 1024)
#define PROXY_MARK 0x0d /* the first octet of the header of version 2 */
#define PROXY_FIXED 16
#define NUMBER_SIZE 8
#define BACKLOG 4096

struct connection {
	int fd;
	bool listens;
	enum {
		NEW,
		PROXY,
		COMMAND,
		NUMBER,
		SENDS,
		TAKES,
		ECHOES
	} state;
	uint8_t begun[PROXY_FIXED]; /* of the header, or of the number */
	size_t begun_size;
	bool upload;
	uint64_t left; /* of the header, or of what is to be sent or taken */
	uint8_t *owed; /* what could not be sent back at once */
	size_t owed_size;
	bool wants_room;
};

static int epoll;
static uint8_t octets[CHUNK];

static void watch(struct connection *connection, int operation, uint32_t what)
{
	struct epoll_event event = { .events = what, .data.ptr = connection };
	if (epoll_ctl(epoll, operation, connection->fd, &event) != 0) {
		die("a socket cannot be waited for");
	}
}

static struct connection *new_connection(int fd, bool listens)
{
	struct connection *connection = calloc(1, sizeof(*connection));
	if (connection == NULL) {
		die("no memory for a connection");
	}
	connection->fd = fd;
	connection->listens = listens;
	watch(connection, EPOLL_CTL_ADD, EPOLLIN);
	return connection;
}

static void end(struct connection *connection)
{
	close(connection->fd);
	free(connection->owed);
	free(connection);
}

/* --- sending -------------------------------------------------------------------------------- */

/* How much of it has gone; -1 if the connection is broken. */
static ssize_t put(struct connection *connection, const uint8_t *data, size_t size)
{
	ssize_t sent = send(connection->fd, data, size, MSG_NOSIGNAL);
	if (sent < 0 && (errno == EAGAIN || errno == EINTR)) {
		return 0;
	}
	return sent;
}

/* Waits for room, or, once there is nothing to send, for what comes. */
static void want_room(struct connection *connection, bool room)
{
	if (room != connection->wants_room) {
		watch(connection, EPOLL_CTL_MOD, room ? EPOLLOUT : EPOLLIN);
		connection->wants_room = room;
	}
}

static bool send_back(struct connection *connection, const uint8_t *data, size_t size)
{
	ssize_t sent = put(connection, data, size);
	if (sent < 0) {
		return false;
	}
	if ((size_t)sent < size) {
		connection->owed_size = size - (size_t)sent;
		connection->owed = malloc(connection->owed_size);
		if (connection->owed == NULL) {
			die("no memory for what is sent back");
		}
		memcpy(connection->owed, data + sent, connection->owed_size);
		want_room(connection, true);
	}
	return true;
}

static bool send_owed(struct connection *connection)
{
	ssize_t sent = put(connection, connection->owed, connection->owed_size);
	if (sent < 0) {
		return false;
	}
	connection->owed_size -= (size_t)sent;
	memmove(connection->owed, connection->owed + sent, connection->owed_size);
	if (connection->owed_size == 0) {
		free(connection->owed);
		connection->owed = NULL;
		want_room(connection, false);
	}
	return true;
}

/* One chunk, so that others have their turn. */
static bool send_more(struct connection *connection)
{
	size_t size = connection->left < CHUNK ? (size_t)connection->left : CHUNK;
	ssize_t sent = put(connection, octets, size);
	if (sent < 0) {
		return false;
	}
	connection->left -= (uint64_t)sent;
	if (connection->left == 0) {
		connection->state = COMMAND;
	}
	want_room(connection, connection->left > 0);
	return true;
}

/* --- taking --------------------------------------------------------------------------------- */

/* The beginning of a header or a number, until there is so much of it. */
static size_t gather(struct connection *connection, const uint8_t *data, size_t size,
	size_t wanted)
{
	size_t missing = wanted - connection->begun_size;
	size = size < missing ? size : missing;
	memcpy(connection->begun + connection->begun_size, data, size);
	connection->begun_size += size;
	return size;
}

static size_t skip_header(struct connection *connection, const uint8_t *data, size_t size)
{
	if (connection->begun_size < PROXY_FIXED) {
		size_t got = gather(connection, data, size, PROXY_FIXED);
		connection->left = (uint64_t)connection->begun[14] << 8 |
			connection->begun[15];
		if (connection->begun_size == PROXY_FIXED && connection->left == 0) {
			connection->state = COMMAND;
		}
		return got;
	}
	size = size < connection->left ? size : (size_t)connection->left;
	connection->left -= size;
	if (connection->left == 0) {
		connection->state = COMMAND;
	}
	return size;
}

static size_t obey(struct connection *connection, const uint8_t *data)
{
	if (*data != 'd' && *data != 'u') {
		connection->state = ECHOES;
		return 0;
	}
	connection->upload = *data == 'u';
	connection->begun_size = 0;
	connection->state = NUMBER;
	return 1;
}

static size_t read_number(struct connection *connection, const uint8_t *data, size_t size)
{
	size_t got = gather(connection, data, size, NUMBER_SIZE);
	if (connection->begun_size < NUMBER_SIZE) {
		return got;
	}
	connection->left = 0;
	for (size_t i = 0; i < NUMBER_SIZE; i++) {
		connection->left = connection->left << 8 | connection->begun[i];
	}
	connection->state = connection->upload ? TAKES : SENDS;
	if (connection->state == SENDS) {
		want_room(connection, true);
	}
	return got;
}

static bool take_upload(struct connection *connection, size_t *size)
{
	*size = *size < connection->left ? *size : (size_t)connection->left;
	connection->left -= *size;
	if (connection->left > 0) {
		return true;
	}
	connection->state = COMMAND;
	return send_back(connection, (const uint8_t *)"u", 1);
}

/* False if the connection is broken, or says something while it is being sent to. */
static bool take(struct connection *connection, const uint8_t *data, size_t size)
{
	while (size > 0) {
		size_t taken = size;
		bool fine = true;
		switch (connection->state) {
		case NEW:
			connection->state = *data == PROXY_MARK ? PROXY : COMMAND;
			taken = 0;
			break;
		case PROXY:
			taken = skip_header(connection, data, size);
			break;
		case COMMAND:
			taken = obey(connection, data);
			break;
		case NUMBER:
			taken = read_number(connection, data, size);
			break;
		case TAKES:
			fine = take_upload(connection, &taken);
			break;
		case ECHOES:
			fine = send_back(connection, data, size);
			break;
		case SENDS:
			fine = false;
			break;
		}
		if (!fine) {
			return false;
		}
		data += taken;
		size -= taken;
	}
	return true;
}

/* --- events --------------------------------------------------------------------------------- */

static void serve(struct connection *connection)
{
	static uint8_t got[CHUNK];
	bool fine;
	if (connection->wants_room) {
		fine = connection->owed != NULL ? send_owed(connection) :
						  send_more(connection);
	} else {
		ssize_t size = recv(connection->fd, got, sizeof(got), 0);
		fine = size > 0 ? take(connection, got, (size_t)size) :
				  size < 0 && (errno == EAGAIN || errno == EINTR);
	}
	if (!fine) {
		end(connection);
	}
}

static void take_connections(const struct connection *listener)
{
	const int on = 1;
	int fd;
	while ((fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
		/* Of TCP only. */
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		(void)new_connection(fd, false);
	}
	if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
		die("no more connections can be accepted");
	}
}

static void open_listener(char *where)
{
	struct sockaddr_un local = { .sun_family = AF_UNIX };
	struct sockaddr_in address;
	const int on = 1;
	char *port = strchr(where, '@');
	const struct sockaddr *name = (const struct sockaddr *)&local;
	socklen_t size = sizeof(local);
	if (port != NULL) {
		*port++ = '\0';
		address = items_address(where, port);
		name = (const struct sockaddr *)&address;
		size = sizeof(address);
	} else if (strlen(where) >= sizeof(local.sun_path)) {
		die(where);
	} else {
		strcpy(local.sun_path, where);
		unlink(where);
	}
	int fd = socket(name->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
		bind(fd, name, size) != 0 || listen(fd, BACKLOG) != 0) {
		die(where);
	}
	(void)new_connection(fd, true);
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "usage: behind ADDRESS@PORT|PATH...\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	memset(octets, 'd', sizeof(octets));
	epoll = epoll_create1(EPOLL_CLOEXEC);
	for (int i = 1; i < argc; i++) {
		open_listener(argv[i]);
	}
	printf("listening\n");
	fflush(stdout);
	for (;;) {
		struct epoll_event events[EVENTS];
		int count = epoll_wait(epoll, events, EVENTS, -1);
		for (int i = 0; i < count; i++) {
			struct connection *connection = events[i].data.ptr;
			if (connection->listens) {
				take_connections(connection);
			} else {
				serve(connection);
			}
		}
	}
}
