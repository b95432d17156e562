# The book's environment in a container, from the same pinned requirement files as `make`.
#
#   docker build --tag who-vouches-for-the-vote .          also: make image
#   docker run --rm -v "$PWD/_build:/book/_build" who-vouches-for-the-vote            builds the book into _build
#   docker run --rm -p 127.0.0.1:8888:8888 who-vouches-for-the-vote make lab LAB="--ip=0.0.0.0 --no-browser"
FROM python:3.11-slim

RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends git make \
 && rm -rf /var/lib/apt/lists/*

# JupyterLab refuses to run as root; a build should not either.
RUN useradd --create-home --uid 1000 reader && install -d -o reader /book
USER reader
WORKDIR /book
ENV PYTHONDONTWRITEBYTECODE=1

# What is installed changes less often than what is written: installed first, it is not installed again for a new word.
COPY --chown=reader README.md pyproject.toml requirements.txt requirements-lab.txt requirements-test.txt Makefile ./
COPY --chown=reader scripts scripts
COPY --chown=reader vouch/__init__.py vouch/__init__.py
COPY --chown=reader bookpress/__init__.py bookpress/__init__.py
RUN make env env-lab

COPY --chown=reader . .
CMD ["make", "book"]
