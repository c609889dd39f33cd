/* SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The dance authors
 *
 * Many connections to a server of zones over TLS, at once: those of one known client, which
 * asks for a zone again and again, and those of strangers of all kinds. Says how many came
 * to what, and how long it took; judges nothing else.
 *
 *	front_load ADDRESS PORT ZONE [ITEM=VALUE...]
 *	  cert=FILE key=FILE              what the known client shows
 *	  other-cert=FILE other-key=FILE  what a stranger shows
 *	  records=N      of a whole transfer, its last one too
 *	  type=N         what is asked for; 252 (AXFR)
 *	  known=N        connections of the known client, in all; 0
 *	  clients=N      of these at once; 1
 *	  questions=N    on each of these; 1
 *	  seconds=N      how long at most; 60
 *	  strangers=N    connections of strangers, in all; 0
 *	  crowd=N        of these at once; 1
 *	whole=N failed=N closed=N broken=N refused=N turned-away=N leaked=N seconds=N
 *	first=MEDIAN/P99 next=MEDIAN/P99	(microseconds: with the handshake, and without)
 */

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "load_sampling.h"
#include "load_zone.h"

#define PATIENCE_S 15
#define THREADS_MAX 1024
#define STACK_SIZE (256 * 1024)
#define MESSAGE_MAX 65535
#define SLOWLY_US 20000       /* an octet */
#define TURNED_AWAY_US 100000 /* before somebody comes again */
#define RCODE_SERVFAIL 2
#define RCODE_REFUSED 5

static struct {
	struct sockaddr_in server;
	const char *zone;
	const char *cert, *key, *other_cert, *other_key;
	unsigned long records, type, known, clients, questions, seconds, strangers, crowd;
	SSL_CTX *known_tls, *other_tls, *nameless_tls;
	double began;
} load = { .type = 252, .clients = 1, .questions = 1, .seconds = 60, .crowd = 1 };

static struct {
	atomic_ulong known, strangers; /* begun */
	atomic_ulong whole, failed, closed, broken;
	atomic_ulong refused, turned_away, leaked;
} count;

static struct load_sampling first = { .what = "first" }, next = { .what = "next" };

static void die(const char *what)
{
	fprintf(stderr, "front_load: %s\n", what);
	ERR_print_errors_fp(stderr);
	exit(1);
}

static void pause_for(long microseconds)
{
	const struct timespec pause = { .tv_nsec = microseconds * 1000 };
	nanosleep(&pause, NULL);
}

/* --- connections ------------------------------------------------------------------------- */

/* From an address of 127/8 of its own for each number. -1 if nobody is there. */
static int dial(unsigned net, unsigned long number)
{
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	const int on = 1;
	struct sockaddr_in local = { .sin_family = AF_INET };
	local.sin_addr.s_addr = htonl(0x7f000001u | net << 16 |
		(unsigned)(number % 0x7000) << 1);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0) {
		die("no sockets left");
	}
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (bind(fd, (struct sockaddr *)&local, sizeof(local)) != 0 ||
		connect(fd, (struct sockaddr *)&load.server, sizeof(load.server)) != 0) {
		close(fd);
		return -1;
	}
	return fd;
}

static SSL *secure(SSL_CTX *tls, int fd)
{
	SSL *ssl = SSL_new(tls);
	if (ssl == NULL || SSL_set_fd(ssl, fd) != 1) {
		die("no memory for a connection");
	}
	ERR_clear_error();
	if (SSL_connect(ssl) == 1) {
		return ssl;
	}
	SSL_free(ssl);
	return NULL;
}

static bool receive(SSL *ssl, uint8_t *into, size_t size)
{
	size_t got;
	for (; size > 0; into += got, size -= got) {
		ERR_clear_error();
		if (SSL_read_ex(ssl, into, size, &got) != 1) {
			return false;
		}
	}
	return true;
}

/* One question, and as many messages as its answer has. False when the connection ended
 * before, or something came that is no answer; then `rcode` is -1 only if that. */
static bool ask(SSL *ssl, uint16_t id, uint8_t *message, struct load_answer *answer)
{
	uint8_t query[LOAD_QUERY_MAX];
	size_t size = load_query(query, load.zone, (uint16_t)load.type, id), put;
	*answer = (struct load_answer){ .rcode = 0 };
	ERR_clear_error();
	if (size == 0 || SSL_write_ex(ssl, query, size, &put) != 1) {
		return false;
	}
	do {
		if (!receive(ssl, message, 2)) {
			return false;
		}
		size = (size_t)message[0] << 8 | message[1];
		if (!receive(ssl, message, size)) {
			return false;
		}
		if (!load_take(answer, message, size, id)) {
			answer->rcode = -1;
			return false;
		}
	} while (answer->rcode == 0 && answer->records < load.records);
	return true;
}

static void hang_up(SSL *ssl, int fd)
{
	ERR_clear_error();
	if (ssl != NULL) {
		(void)SSL_shutdown(ssl);
		SSL_free(ssl);
	}
	if (fd >= 0) {
		close(fd);
	}
}

/* --- the known client -------------------------------------------------------------------- */

/* False when the connection is over. */
static bool count_answer(bool answered, const struct load_answer *answer)
{
	bool zone = load.type == 252;
	if (!answered) {
		count.closed += answer->rcode == 0;
		count.broken += answer->rcode != 0;
		return false;
	}
	if (answer->rcode == 0 && answer->records == load.records &&
		(!zone || answer->authorities == 2)) {
		count.whole++;
		return true;
	}
	bool failed = answer->rcode == RCODE_SERVFAIL && answer->records == 0;
	count.failed += failed;
	count.broken += !failed;
	return false;
}

static void be_known(unsigned long number, uint8_t *message)
{
	double since = load_now();
	int fd = dial(64, number);
	SSL *ssl = fd >= 0 ? secure(load.known_tls, fd) : NULL;
	bool on = ssl != NULL;
	count.closed += !on;
	for (unsigned long i = 0; on && i < load.questions; i++) {
		struct load_answer answer;
		bool answered = ask(ssl, (uint16_t)(number + i), message, &answer);
		on = count_answer(answered, &answer);
		if (on) {
			load_sample(i == 0 ? &first : &next, since);
		}
		since = load_now();
	}
	hang_up(ssl, fd);
	if (!on) {
		pause_for(TURNED_AWAY_US);
	}
}

/* --- strangers --------------------------------------------------------------------------- */

/* With an unknown key, or none. */
static void be_nobody(int fd, SSL_CTX *tls, uint8_t *message)
{
	struct load_answer answer = { .rcode = 0 };
	SSL *ssl = secure(tls, fd);
	bool answered = ssl != NULL && ask(ssl, 7, message, &answer);
	count.refused += answered && answer.rcode == RCODE_REFUSED;
	count.leaked += answer.records > 0 || (answered && answer.rcode == 0);
	count.turned_away += !answered;
	hang_up(ssl, fd);
	if (!answered) {
		pause_for(TURNED_AWAY_US);
	}
}

/* Waits until the server has had enough; all it may say before is an alert. */
static void outstay(int fd, uint8_t *message)
{
	ssize_t got = recv(fd, message, MESSAGE_MAX, 0);
	count.leaked += got > 0 && message[0] != SSL3_RT_ALERT &&
		message[0] != SSL3_RT_HANDSHAKE;
	while (got > 0) {
		got = recv(fd, message, MESSAGE_MAX, 0);
	}
	count.turned_away++;
	close(fd);
	pause_for(TURNED_AWAY_US);
}

static void send_all(int fd, const uint8_t *octets, size_t size)
{
	(void)!send(fd, octets, size, MSG_NOSIGNAL);
}

/* The beginning of a handshake that goes no further: at once, or octet by octet. */
static void begin_handshake(int fd, bool slowly)
{
	SSL *ssl = SSL_new(load.other_tls);
	BIO *in = BIO_new(BIO_s_mem()), *out = BIO_new(BIO_s_mem());
	uint8_t hello[4096];
	if (ssl == NULL || in == NULL || out == NULL) {
		die("no memory for a handshake");
	}
	SSL_set_bio(ssl, in, out);
	ERR_clear_error();
	(void)SSL_connect(ssl);
	int size = BIO_read(out, hello, sizeof(hello));
	SSL_free(ssl);
	if (!slowly) {
		send_all(fd, hello, size > 0 ? (size_t)size : 0);
		return;
	}
	for (int i = 0; i < size - 1 && send(fd, hello + i, 1, MSG_NOSIGNAL) == 1; i++) {
		pause_for(SLOWLY_US);
	}
}

static void talk_nonsense(int fd, unsigned long number)
{
	uint8_t octets[512];
	if (number % 2 == 0) {
		/* Not TLS, but a question. */
		size_t size = load_query(octets, load.zone, (uint16_t)load.type, 7);
		send_all(fd, octets, size);
		return;
	}
	for (size_t i = 0; i < sizeof(octets); i++) {
		octets[i] = (uint8_t)((number + i) * 0x9e3779b9u >> 13);
	}
	send_all(fd, octets, sizeof(octets));
}

/* One in four comes from the same address. */
static void be_stranger(unsigned long number, uint8_t *message)
{
	int fd = dial(66, number % 4 == 0 ? 0 : number);
	if (fd < 0) {
		count.turned_away++;
		return;
	}
	switch (number % 6) {
	case 0:
		be_nobody(fd, load.nameless_tls, message);
		return;
	case 1:
		be_nobody(fd, load.other_tls, message);
		return;
	case 2:
		talk_nonsense(fd, number / 6);
		break;
	case 3:
		begin_handshake(fd, true);
		break;
	case 4:
		begin_handshake(fd, false);
		break;
	default:
		break; /* says nothing */
	}
	outstay(fd, message);
}

/* --- threads ----------------------------------------------------------------------------- */

static uint8_t *new_message(void)
{
	uint8_t *message = malloc(MESSAGE_MAX);
	if (message == NULL) {
		die("no memory for messages");
	}
	return message;
}

static bool is_time_left(void)
{
	return load_now() - load.began < (double)load.seconds;
}

static void *run_known(void *arg)
{
	uint8_t *message = new_message();
	unsigned long number;
	(void)arg;
	while (is_time_left() && (number = count.known++) < load.known) {
		be_known(number, message);
	}
	free(message);
	return NULL;
}

static void *run_strangers(void *arg)
{
	uint8_t *message = new_message();
	unsigned long number;
	(void)arg;
	while (is_time_left() && (number = count.strangers++) < load.strangers) {
		be_stranger(number, message);
	}
	free(message);
	return NULL;
}

static size_t start(pthread_t *threads, unsigned long wanted, void *(*run)(void *))
{
	pthread_attr_t attributes;
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_SIZE);
	for (unsigned long i = 0; i < wanted; i++) {
		if (pthread_create(&threads[i], &attributes, run, NULL) != 0) {
			die("no more threads");
		}
	}
	pthread_attr_destroy(&attributes);
	return wanted;
}

/* --- what to do, and what came of it ------------------------------------------------------ */

static SSL_CTX *make_context(const char *cert, const char *key)
{
	static const unsigned char alpn[] = { 3, 'd', 'o', 't' };
	SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
	if (tls == NULL || !SSL_CTX_set_min_proto_version(tls, TLS1_3_VERSION) ||
		SSL_CTX_set_alpn_protos(tls, alpn, sizeof(alpn)) != 0 ||
		!SSL_CTX_set1_groups_list(tls, "X25519")) {
		die("no TLS");
	}
	(void)SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
	if (key != NULL &&
		(SSL_CTX_use_certificate_chain_file(tls, cert) != 1 ||
			SSL_CTX_use_PrivateKey_file(tls, key, SSL_FILETYPE_PEM) != 1)) {
		die(key);
	}
	return tls;
}

static void read_item(char *item)
{
	const struct {
		const char *name;
		const char **text;
		unsigned long *number;
	} items[] = {
		{ "cert", &load.cert, NULL },
		{ "key", &load.key, NULL },
		{ "other-cert", &load.other_cert, NULL },
		{ "other-key", &load.other_key, NULL },
		{ "records", NULL, &load.records },
		{ "type", NULL, &load.type },
		{ "known", NULL, &load.known },
		{ "clients", NULL, &load.clients },
		{ "questions", NULL, &load.questions },
		{ "seconds", NULL, &load.seconds },
		{ "strangers", NULL, &load.strangers },
		{ "crowd", NULL, &load.crowd },
	};
	char *value = strchr(item, '=');
	if (value == NULL) {
		die(item);
	}
	*value++ = '\0';
	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		if (strcmp(item, items[i].name) != 0) {
			continue;
		}
		if (items[i].text != NULL) {
			*items[i].text = value;
		} else {
			*items[i].number = strtoul(value, NULL, 10);
		}
		return;
	}
	die(item);
}

static void report(double seconds)
{
	printf("whole=%lu failed=%lu closed=%lu broken=%lu refused=%lu turned-away=%lu "
	       "leaked=%lu seconds=%.3f",
		count.whole, count.failed, count.closed, count.broken, count.refused,
		count.turned_away, count.leaked, seconds);
	load_print_sampling(&first);
	load_print_sampling(&next);
	printf("\n");
}

static void prepare(int argc, char **argv)
{
	if (argc < 4) {
		fprintf(stderr, "usage: front_load ADDRESS PORT ZONE [ITEM=VALUE...]\n");
		exit(2);
	}
	load.server.sin_family = AF_INET;
	load.server.sin_port = htons((uint16_t)atoi(argv[2]));
	if (inet_pton(AF_INET, argv[1], &load.server.sin_addr) != 1) {
		die(argv[1]);
	}
	load.zone = argv[3];
	for (int i = 4; i < argc; i++) {
		read_item(argv[i]);
	}
	first.all = calloc(LOAD_SAMPLES_MAX, sizeof(double));
	next.all = calloc(LOAD_SAMPLES_MAX, sizeof(double));
	if (load.clients + load.crowd > THREADS_MAX || first.all == NULL ||
		next.all == NULL) {
		die("that is too many");
	}
	load.known_tls = make_context(load.cert, load.key);
	load.other_tls = make_context(load.other_cert, load.other_key);
	load.nameless_tls = make_context(NULL, NULL);
	signal(SIGPIPE, SIG_IGN);
}

int main(int argc, char **argv)
{
	static pthread_t threads[THREADS_MAX];
	prepare(argc, argv);
	load.began = load_now();
	size_t started = start(threads, load.known > 0 ? load.clients : 0, run_known);
	started += start(threads + started, load.strangers > 0 ? load.crowd : 0,
		run_strangers);
	for (size_t i = 0; i < started; i++) {
		pthread_join(threads[i], NULL);
	}
	report(load_now() - load.began);
	SSL_CTX_free(load.known_tls);
	SSL_CTX_free(load.other_tls);
	SSL_CTX_free(load.nameless_tls);
	free(first.all);
	free(next.all);
	return 0;
}
