/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Edge-triggered: whatever happens, a caller goes on as far as it can. So nothing has to be said
 * to the kernel about it but at the beginning. */

#include "callers.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <openssl/err.h>

#include "items.h"

#define EVENTS 256
#define PATIENCE_S 30

static void end(struct callers *callers, struct caller *caller, enum caller_end how)
{
	callers_hang_up(callers, caller);
	callers->ended(caller, how);
}

static void answered(struct callers *callers, struct caller *caller)
{
	if (!caller->stays) {
		end(callers, caller, CALLER_ANSWERED);
		return;
	}
	TAILQ_REMOVE(&callers->open, caller, link);
	caller->state = CALLER_STAYS;
	callers->ended(caller, CALLER_ANSWERED);
}

/* --- over TLS ------------------------------------------------------------------------------ */

/* True if it is only to be waited for; else the caller has ended. */
static bool is_waiting(struct callers *callers, struct caller *caller, int result)
{
	int error = SSL_get_error(caller->ssl, result);
	if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) {
		return true;
	}
	/* An alert comes with a reason of its own. */
	unsigned long reason = ERR_peek_last_error();
	bool alert = error == SSL_ERROR_SSL && ERR_GET_LIB(reason) == ERR_LIB_SSL &&
		ERR_GET_REASON(reason) >= SSL_AD_REASON_OFFSET;
	end(callers, caller, alert ? CALLER_TURNED_AWAY : CALLER_CLOSED);
	return false;
}

static void listen_to(struct callers *callers, struct caller *caller)
{
	uint8_t octet;
	size_t got;
	ERR_clear_error();
	int result = SSL_read_ex(caller->ssl, &octet, sizeof(octet), &got);
	if (result == 1) {
		answered(callers, caller);
	} else {
		(void)is_waiting(callers, caller, result);
	}
}

static void shake(struct callers *callers, struct caller *caller)
{
	size_t put;
	ERR_clear_error();
	int result = SSL_connect(caller->ssl);
	if (caller->manner == CALLER_BEGINS) {
		caller->state = CALLER_WAITS; /* and never looks into what comes */
		return;
	}
	if (result == 1 && caller->word_count > 0) {
		/* So little finds room behind a handshake. */
		result = SSL_write_ex(caller->ssl, caller->words, caller->word_count, &put);
	}
	if (result != 1) {
		(void)is_waiting(callers, caller, result);
		return;
	}
	caller->state = CALLER_WAITS;
	listen_to(callers, caller);
}

static void secure(struct callers *callers, struct caller *caller)
{
	caller->ssl = SSL_new(callers->tls);
	if (caller->ssl == NULL || SSL_set_fd(caller->ssl, caller->fd) != 1) {
		die("no memory for a connection");
	}
	if (caller->certificate != NULL &&
		(SSL_use_certificate(caller->ssl, caller->certificate) != 1 ||
			SSL_use_PrivateKey(caller->ssl, caller->key) != 1)) {
		die("a certificate cannot be shown");
	}
	caller->state = CALLER_SHAKES;
	shake(callers, caller);
}

/* --- without -------------------------------------------------------------------------------- */

/* Whoever is not civil waits until the server has had enough. Octets that are no record of a
 * handshake, and no alert, are an answer. */
static void outstay(struct callers *callers, struct caller *caller)
{
	uint8_t octets[4096];
	ssize_t got;
	while ((got = recv(caller->fd, octets, sizeof(octets), 0)) > 0) {
		if (caller->manner == CALLER_PLAIN && octets[0] != SSL3_RT_ALERT) {
			answered(callers, caller);
			return;
		}
	}
	if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
		end(callers, caller, CALLER_CLOSED);
	}
}

static void speak_plainly(struct callers *callers, struct caller *caller)
{
	if (caller->word_count > 0) {
		(void)!send(caller->fd, caller->words, caller->word_count, MSG_NOSIGNAL);
	}
	caller->state = CALLER_WAITS;
	outstay(callers, caller);
}

/* --- events --------------------------------------------------------------------------------- */

static void connected(struct callers *callers, struct caller *caller, uint32_t events)
{
	int error = 0;
	socklen_t size = sizeof(error);
	if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) == 0) {
		return;
	}
	if (getsockopt(caller->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 ||
		error != 0) {
		end(callers, caller, CALLER_UNREACHABLE);
	} else if (caller->manner == CALLER_PLAIN) {
		speak_plainly(callers, caller);
	} else {
		secure(callers, caller);
	}
}

static void go_on(struct callers *callers, struct caller *caller, uint32_t events)
{
	switch (caller->state) {
	case CALLER_DIALS:
		connected(callers, caller, events);
		break;
	case CALLER_SHAKES:
		shake(callers, caller);
		break;
	case CALLER_WAITS:
		if (caller->manner == CALLER_CIVIL) {
			listen_to(callers, caller);
		} else {
			outstay(callers, caller);
		}
		break;
	case CALLER_IDLE:
	case CALLER_STAYS:
		break;
	}
}

void callers_run(struct callers *callers, int timeout_ms)
{
	struct epoll_event events[EVENTS];
	int count = epoll_wait(callers->epoll, events, EVENTS, timeout_ms);
	for (int i = 0; i < count; i++) {
		go_on(callers, events[i].data.ptr, events[i].events);
	}
	struct caller *first;
	while ((first = TAILQ_FIRST(&callers->open)) != NULL && first->until < now()) {
		end(callers, first, CALLER_LATE);
	}
}

/* Whom they talk to is not what is measured. */
static int believe(X509_STORE_CTX *chain, void *arg)
{
	(void)chain;
	(void)arg;
	return 1;
}

/* --- from the beginning to the end ---------------------------------------------------------- */

/* -1 if nobody is there. */
static int dial(const struct callers *callers, in_addr_t from)
{
	const int on = 1;
	const struct sockaddr_in local = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(from) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		die("no sockets left: raise the limit on open files, or let fewer come at once");
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	if (bind(fd, (const struct sockaddr *)&local, sizeof(local)) == 0 &&
		(connect(fd, (const struct sockaddr *)&callers->server,
			 sizeof(callers->server)) == 0 ||
			errno == EINPROGRESS)) {
		return fd;
	}
	if (errno == EADDRNOTAVAIL) {
		die("no ports left: let them come from more addresses");
	}
	close(fd);
	return -1;
}

void callers_dial(struct callers *callers, struct caller *caller)
{
	caller->fd = dial(callers, caller->from);
	if (caller->fd < 0) {
		callers->ended(caller, CALLER_UNREACHABLE);
		return;
	}
	caller->state = CALLER_DIALS;
	caller->until = now() + callers->patience;
	TAILQ_INSERT_TAIL(&callers->open, caller, link);
	struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET,
		.data.ptr = caller };
	if (epoll_ctl(callers->epoll, EPOLL_CTL_ADD, caller->fd, &event) != 0) {
		die("a socket cannot be waited for");
	}
}

void callers_hang_up(struct callers *callers, struct caller *caller)
{
	if (caller->state == CALLER_IDLE) {
		return;
	}
	if (caller->state != CALLER_STAYS) {
		TAILQ_REMOVE(&callers->open, caller, link);
	}
	if (caller->ssl != NULL) {
		ERR_clear_error();
		if (caller->manner == CALLER_CIVIL) {
			(void)SSL_shutdown(caller->ssl);
		}
		SSL_free(caller->ssl);
		caller->ssl = NULL;
	}
	close(caller->fd);
	caller->state = CALLER_IDLE;
}

bool caller_is_connected(const struct caller *caller)
{
	uint8_t octet;
	return caller->state == CALLER_STAYS &&
		recv(caller->fd, &octet, sizeof(octet), MSG_PEEK | MSG_DONTWAIT) < 0 &&
		errno == EAGAIN;
}

void callers_begin(struct callers *callers, struct sockaddr_in server, char *groups,
	const uint8_t *alpn, unsigned alpn_size)
{
	signal(SIGPIPE, SIG_IGN);
	callers->server = server;
	callers->patience = PATIENCE_S;
	TAILQ_INIT(&callers->open);
	callers->epoll = epoll_create1(EPOLL_CLOEXEC);
	callers->tls = SSL_CTX_new(TLS_client_method());
	if (callers->epoll < 0 || callers->tls == NULL ||
		!SSL_CTX_set_min_proto_version(callers->tls, TLS1_3_VERSION) ||
		(groups != NULL && !SSL_CTX_set1_groups_list(callers->tls, groups)) ||
		(alpn_size > 0 &&
			SSL_CTX_set_alpn_protos(callers->tls, alpn, alpn_size) != 0)) {
		die("no TLS");
	}
	SSL_CTX_set_cert_verify_callback(callers->tls, believe, NULL);
	(void)SSL_CTX_set_session_cache_mode(callers->tls, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_mode(callers->tls, SSL_MODE_RELEASE_BUFFERS);
	SSL_CTX_set_read_ahead(callers->tls, 1);
}

void callers_end(struct callers *callers)
{
	SSL_CTX_free(callers->tls);
	close(callers->epoll);
}
