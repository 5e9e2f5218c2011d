import socket

from portal.launcher.site import HOST, answers, free_port


def test_a_taken_port_is_passed_over() -> None:
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) > port
        assert free_port(port + 1) >= port + 1


def test_nothing_answers_where_nobody_listens() -> None:
    with socket.socket() as closed:
        closed.bind((HOST, 0))
        assert not answers(f"http://{HOST}:{closed.getsockname()[1]}")
