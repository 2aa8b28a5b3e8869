"""Asks a running `towerbook look` what it must not answer, and what it must.

usage: python3 look_check.py PORT SECONDS

In the working folder stands 'secret', which no answer may hold, and 'outputs' with a run 'r/one', in whose folder 'link' leads
to the secret and 'up' to the folder above. For so many seconds requests are sent that are broken in all ways; each must be
answered, and not by 500, or hung up on, and the service must answer as before when they are over.
"""

import http.client
import random
import socket
import sys
import time

PORT, SECONDS = int(sys.argv[1]), float(sys.argv[2])
SECRET = open("secret", "rb").read().strip()
OWN = f"127.0.0.1:{PORT}"


def ask(path, method="GET", body=None, **headers):
    connection = http.client.HTTPConnection("127.0.0.1", PORT, timeout=30)
    given = {"Host": OWN} | {name.replace("_", "-"): value for name, value in headers.items()}
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in given.items():
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    text = b"" if answer.getheader("Content-Type", "").startswith("text/event-stream") else answer.read()
    assert SECRET not in text, path
    return answer.status, text.decode(errors="replace")


def expect(status, path, **more):
    got = ask(path, **more)
    assert got[0] == status, f"{path} {more}: {got[0]}, expected {status}: {got[1][-300:]}"
    return got[1]


def who_asks():
    for host in [OWN, f"localhost:{PORT}", f"LOCALHOST:{PORT}", f"[::1]:{PORT}", "127.0.0.1:9", "10.0.0.1"]:
        expect(200, "/", Host=host)
    for host in ["evil.example", f"evil.example:{PORT}", "127.0.0.1.evil.example", "localhost.evil.example"]:
        for path in ["/", "/live", "/files/r/one/report.json", "/recipes"]:
            assert "no address of this machine" in expect(403, path, Host=host)
    expect(200, "/", Origin=f"http://{OWN}")
    for origin in ["http://evil.example", "null", f"https://{OWN}", "http://127.0.0.1:1", f"http://localhost:{PORT}"]:
        assert "another site" in expect(403, "/live", Origin=origin)
    expect(403, "/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors", Sec_Fetch_Dest="image")
    expect(403, "/", Sec_Fetch_Site="same-site", Sec_Fetch_Mode="cors", Sec_Fetch_Dest="empty")
    expect(403, "/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="iframe")
    expect(200, "/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate", Sec_Fetch_Dest="document")
    expect(200, "/", Sec_Fetch_Site="same-origin", Sec_Fetch_Mode="cors", Sec_Fetch_Dest="empty")


def what_changes():
    stop = "/study/r/sweep-1/stop"
    own = {"Origin": f"http://{OWN}", "Content_Type": "application/x-www-form-urlencoded"}
    expect(405, stop)
    expect(405, "/", method="POST", body=b"", **own)
    expect(405, "/", method="DELETE", **own)
    expect(403, stop, method="POST", body=b"")
    expect(403, stop, method="POST", body=b"token=", **own)
    expect(403, stop, method="POST", body=b"token=guessed", **own)
    expect(403, stop, method="POST", body=b"token=a&token=b", **own)
    expect(400, stop, method="POST", body=b"\xff\xfe=%", **own)
    expect(413, stop, method="POST", body=b"token=" + b"x" * 100_000, **own)
    expect(403, stop, method="POST", body=b"token=x", Origin="http://evil.example")


def where_it_leads():
    expect(200, "/files/r/one/report.json")
    expect(200, "/run/r/one")
    for path in [
        "/files/../secret", "/files/r/../../secret", "/files/%2e%2e/secret", "/files/r/%2e%2e/%2e%2e/secret",
        "/files/r/one/..%2f..%2f..%2fsecret", "/files/r/one/link", "/files/r/one/up/secret", "/files/r/one/up/up/secret",
        "/files//etc/passwd", "/files/%2fetc%2fpasswd", "/files/r/one/report.json%00.svg", "/files/r/one/",
        "/files/r/one", "/files/r/.hidden", "/files/r\\one", "/run/../secret", "/run/r/../../secret", "/run/r/none",
        "/run/r/%2e%2e", "/study/r/one", "/study/%2e%2e/sweep-1", "/nothing", "/files/" + "a/" * 2000,
    ]:
        expect(404, path)
    for query in ["?q=a%20~", "?q=%3D", "?sort=no.such", "?q=date%20%3E%20x", "?order=sideways"]:
        expect(200, "/" + query)
    for path in ["/?nothing=1", "/?q=a&q=b", "/?q=%ff", "/compare", "/compare?run=r/one", "/compare?run=a&run=b",
                 "/compare?run=../x&run=r/one", "/compare?" + "&".join(f"run=r/{n}" for n in range(9))]:
        expect(400, path)
    expect(404, "/compare?run=r/one&run=r/none")


def broken(seconds):
    draw = random.Random(11)
    own = f"Host: {OWN}\r\n".encode()
    heads = [
        b"GET / HTTP/1.1\r\n" + own + b"\r\n",
        b"GET /live?seen=x HTTP/1.1\r\n" + own + b"\r\n",
        b"GET /run/r/one HTTP/1.1\r\n" + own + b"\r\n",
        b"GET /files/r/one/%2e%2e/%2e%2e/%2e%2e/secret HTTP/1.1\r\n" + own + b"\r\n",
        b"GET /?q=train.epochs%20%3E%203&sort=date&order=ascending HTTP/1.1\r\n" + own + b"\r\n",
        b"GET /compare?run=r/one&run=r/two HTTP/1.1\r\n" + own + b"\r\n",
        b"POST /study/r/sweep-1/stop HTTP/1.1\r\n" + own + b"Origin: http://" + OWN.encode()
        + b"\r\nContent-Length: 7\r\n\r\ntoken=a",
        b"POST /study/r/sweep-1/resume HTTP/1.1\r\n" + own + b"Transfer-Encoding: chunked\r\n\r\n5\r\ntoken\r\n0\r\n\r\n",
        b"GET /" + b"a" * 50_000 + b" HTTP/1.1\r\n" + own + b"\r\n",
        b"GET / HTTP/1.1\r\n" + own + b"X: " + b"y" * 50_000 + b"\r\n\r\n",
        b"HEAD /run/r/one HTTP/1.1\r\n" + own + b"Connection: close\r\n\r\n",
    ]
    pieces = [b"%2e%2e/", b"../", b"%00", b"\r\n", b"\0", b"\xff", b"{{", b"<script>", b"' or 1", b"Host: evil\r\n", b"%", b"//"]
    (sent, answered) = (0, 0)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        data = bytearray(draw.choice(heads))
        for _ in range(draw.randrange(5)):
            place = draw.randrange(min(len(data), 300))
            turn = draw.randrange(4)
            if turn == 0:
                data[place] = draw.randrange(256)
            elif turn == 1:
                del data[place:place + draw.randrange(1, 20)]
            elif turn == 2:
                data[place:place] = draw.choice(pieces)
            else:
                data[place:place] = data[place:place + draw.randrange(1, 40)]
        with socket.create_connection(("127.0.0.1", PORT), 10) as connection:
            connection.settimeout(20)
            try:
                connection.sendall(bytes(data))
                connection.shutdown(socket.SHUT_WR)
                got = connection.recv(64 << 10)
            except (ConnectionError, TimeoutError) as reason:
                assert not isinstance(reason, TimeoutError), f"no answer to {bytes(data)[:300]!r}"
                got = b""
            sent += 1
            answered += got.startswith(b"HTTP/1.1 ")
            assert SECRET not in got and not got.startswith(b"HTTP/1.1 5"), (bytes(data)[:300], got[:300])
    return sent, answered


who_asks()
what_changes()
where_it_leads()
sent, answered = broken(SECONDS)
assert sent > 20 and answered > sent // 10, (sent, answered)
who_asks()
print(f"{sent} broken requests, {answered} answered", file=sys.stderr)
print("asked")
