package spatest

import "context"

// Asker sends single requests to a target as checks do: byte for byte, bounded
// in time and size, at the target's rate.
type Asker struct{ pass *Pass }

// NewAsker fails with [ErrTarget] or [ErrNotABuild] as [Inspect] does.
func NewAsker(target Target) (Asker, error) {
	target, origin, err := target.prepare()
	if err != nil {
		return Asker{}, err
	}
	return Asker{&Pass{Target: target, client: newClient(target, origin)}}, nil
}

// Ask exchanges one request. An error means that no response came.
func (a Asker) Ask(ctx context.Context, request Request) (*Exchange, error) {
	return a.pass.Do(ctx, request)
}

// Content is the body with its content codings undone.
func (a Asker) Content(x *Exchange) ([]byte, error) { return a.pass.Content(x) }

// Files are those that checks would ask for: of Dist, or what the page refers to.
func (a Asker) Files(ctx context.Context) ([]File, error) {
	pass := &Pass{Target: a.pass.Target, client: a.pass.client}
	s, err := survey(ctx, pass)
	if err != nil {
		return nil, err
	}
	return s.files, nil
}
