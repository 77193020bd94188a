package spatest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"time"
)

// checkIdleConnection keeps two connections from ending, and asks on a third.
func checkIdleConnection(ctx context.Context, p *Pass) error {
	page := Request{Method: http.MethodGet, Target: "/", Header: Navigation}
	half := "GET " + p.client.base + "/ HTTP/1.1\r\nHost: " + p.client.authority() + "\r\nAccept: text/h"
	x, besides, err := p.askBeside(ctx, page, "", half)
	if err == nil || !besides || !unanswered(ctx, x, err) {
		return err
	}
	if _, alone := p.Do(ctx, page); alone != nil {
		return alone // slow or gone, whoever else is connected
	}
	p.Reportf(x, "an answer, as without the other connections", "none within "+p.briefly().String(),
		"a request is not answered while another connection is idle")
	return nil
}

// briefly is how long an answer is awaited: whoever asks at the same time waits, too, and
// shall not give up before this does.
func (p *Pass) briefly() time.Duration { return p.Target.Timeout / 2 }

// arrivalTime is how long connections take to come through what lies between, such as a
// proxy of a container engine. A request right behind them might overtake them there.
const arrivalTime = 200 * time.Millisecond

// askBeside sends a request while connections are open on which these bytes were sent. An
// error is that of the request, if the connections were besides it.
func (p *Pass) askBeside(ctx context.Context, request Request, sent ...string) (x *Exchange, besides bool, err error) {
	if err := p.client.pace.wait(ctx, len(sent)+1); err != nil {
		return nil, false, err
	}
	for range len(sent) + 1 {
		if err := p.client.take(ctx); err != nil {
			return nil, false, err
		}
		defer p.client.give()
	}
	var conns []net.Conn
	defer func() { // before their places are given to others
		for _, conn := range conns {
			_ = conn.Close()
		}
	}()
	for _, bytes := range sent {
		conn, err := p.client.dialOrigin(ctx)
		if err != nil {
			return nil, false, err
		}
		conns = append(conns, conn)
		if _, err := conn.Write([]byte(bytes)); err != nil {
			return nil, false, err
		}
	}
	if err := pause(ctx, arrivalTime); err != nil {
		return nil, false, err
	}
	brief, cancel := context.WithTimeout(ctx, p.briefly())
	defer cancel()
	done, err := p.client.converse(brief, request)
	if len(done) == 0 {
		return nil, false, errors.Join(err, ctx.Err())
	}
	return done[0], true, err
}
